// Writes the TypeScript types of proto/*.proto into src/rpc/gen (committed; a test compares them with a fresh run).
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outDir = process.argv[2] ?? join(root, "src", "rpc", "gen");
const loader = createRequire(import.meta.url).resolve("@grpc/proto-loader");
const generator = join(dirname(loader), "..", "bin", "proto-loader-gen-types.js");

rmSync(outDir, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [
    generator,
    "--keepCase",
    "--longs=String",
    "--enums=String",
    "--oneofs",
    "--grpcLib=@grpc/grpc-js",
    "--targetFileExtension=.ts",
    "--importFileExtension=.ts",
    "--includeDirs",
    join(root, "proto"),
    "-O",
    outDir,
    "worker.proto",
    "master.proto",
    "volume_server.proto",
  ],
  { stdio: "inherit" },
);

// The generator writes the absolute path of the source into each file: keep the part inside the project.
for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const file = join(entry.parentPath, entry.name);
  writeFileSync(file, readFileSync(file, "utf8").replace(/^(\/\/ Original file: ).*(proto\/\w+\.proto)$/gm, "$1$2"));
}
