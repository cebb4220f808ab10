// Assembles src/volume/rs-kernel.wat into src/volume/rs-kernel-wasm.ts (committed; a test compares it with a fresh run).
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import wabt from "wabt";

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), "src", "volume");
const target = process.argv[2] ?? join(folder, "rs-kernel-wasm.ts");

const assembler = await wabt();
const module = assembler.parseWat("rs-kernel.wat", readFileSync(join(folder, "rs-kernel.wat"), "utf8"), { simd: true });
module.validate();
const base64 = Buffer.from(module.toBinary({}).buffer).toString("base64");
module.destroy();

const lines = base64.match(/.{1,110}/g).map((line) => `  "${line}",`);
writeFileSync(
  target,
  `// Written by scripts/build-rs-kernel.mjs from rs-kernel.wat: do not edit.
const base64 = [
${lines.join("\n")}
];

/** The assembled kernel. */
export const RS_KERNEL_WASM = Buffer.from(base64.join(""), "base64");
`,
);
