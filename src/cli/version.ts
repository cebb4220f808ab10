import { readFileSync } from "node:fs";
import { defineCommand } from "./command.ts";

/** The release in package.json, two levels up from `src/cli` and from `dist/cli` alike. */
export function releaseVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) return String(manifest.version);
  return "unknown";
}

export const versionCommand = defineCommand({
  name: "version",
  summary: "print the release",
  about: "Prints the release of weedkeeper and of Node.",
  flags: {},
  run: async () => {
    process.stdout.write(
      `weedkeeper ${releaseVersion()} node ${process.version} ${process.platform} ${process.arch}, protocols of SeaweedFS 4.44\n`,
    );
    return 0;
  },
});
