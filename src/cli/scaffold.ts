import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError, errorMessage } from "../core/errors.ts";
import { defineCommand } from "./command.ts";
import { choiceFlag, stringFlag } from "./go-flags.ts";
import { folderPath } from "./paths.ts";

export const scaffoldCommand = defineCommand({
  name: "scaffold",
  summary: "print a commented configuration file",
  about: "Prints a configuration file with every key that is read, or writes it into a folder.",
  flags: {
    config: choiceFlag(
      "security",
      ["security", "admin"],
      "Which file: certificates and users, or the admin's settings.",
    ),
    output: stringFlag(
      "",
      "Folder to write <name>.toml into; empty prints it. A file that is there is not overwritten.",
    ),
  },
  run: async ({ config, output }) => {
    const text = await templateOf(config ?? "security");
    if (output === "") {
      process.stdout.write(text);
      return 0;
    }
    const path = join(folderPath(output), `${config}.toml`);
    if (existsSync(path)) {
      throw new AppError("WK-USAGE", `${path} is there already.`, {
        hint: "Move it away first: it may hold settings.",
      });
    }
    try {
      mkdirSync(folderPath(output), { recursive: true });
      // Certificates' paths are no secret, passwords are: others need not read it.
      writeFileSync(path, text, { mode: 0o600 });
    } catch (reason) {
      throw new AppError("WK-USAGE", `${path} cannot be written: ${errorMessage(reason)}.`, { cause: reason });
    }
    process.stdout.write(`${path}\n`);
    return 0;
  },
});

async function templateOf(config: "security" | "admin"): Promise<string> {
  if (config === "security") return (await import("./scaffold-security.ts")).securityTemplate();
  const { taskTypes } = await import("../tasks/registry.ts");
  return (await import("./scaffold-admin.ts")).adminTemplate(taskTypes.values());
}
