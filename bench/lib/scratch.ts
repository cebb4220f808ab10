import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs `use` with folders made by it; all are gone afterwards. BENCH_DIR names the disk to measure on (default: /tmp). */
export async function withScratch<T>(use: (folder: (name: string) => string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(process.env["BENCH_DIR"] ?? tmpdir(), "weedkeeper-bench-"));
  try {
    return await use((name) => mkdtempSync(join(root, `${name}-`)));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
