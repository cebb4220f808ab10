import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Weed } from "./cli.testkit.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "weed-cli-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const COMMANDS = ["admin", "worker", "sandbox", "scaffold", "version"];

describe("weed", () => {
  it("prints its release", async () => {
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    const { code, stdout } = await Weed.run("version");
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^weedkeeper ${manifest.version} node v\\d+`));
  });

  it("lists its commands: on request as an answer, without a command as a mistake", async () => {
    const [asked, help, bare] = await Promise.all([Weed.run("help"), Weed.run("-h"), Weed.run()]);
    for (const name of COMMANDS) expect(asked.stdout).toContain(`\n  ${name} `);
    expect([asked.code, help.code, bare.code]).toEqual([0, 0, 2]);
    expect(help.stdout).toBe(asked.stdout);
    expect([bare.stdout, bare.stderr]).toEqual(["", asked.stdout]);
  });

  it("shows the flags of a command in both ways", async () => {
    const [first, second] = await Promise.all([Weed.run("help", "worker"), Weed.run("worker", "-h")]);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(second.stdout).toBe(first.stdout);
    for (const flag of ["admin", "capabilities", "maxConcurrent", "heartbeat", "taskInterval", "workingDir", "id"]) {
      expect(first.stdout).toContain(`\n  -${flag}=<`);
    }
  });

  it.each([
    [["wroker"], 'weed: There is no command "wroker"; did you mean "worker"? (WK-USAGE)'],
    [["help", "admni"], 'weed: There is no command "admni"; did you mean "admin"? (WK-USAGE)'],
    [["worker", "-maxConcurent=3"], "There is no flag -maxConcurent; did you mean -maxConcurrent? (WK-USAGE)"],
    [["admin", "-prot=1"], "weed admin: There is no flag -prot; did you mean -port? (WK-USAGE)"],
    [["-v=9", "worker"], 'weed worker: -v is "9"; it must be a whole number from 0 to 4. (WK-USAGE)'],
    [
      ["worker", "-capabilities=vacumm"],
      'weed worker: -capabilities: there is no capability "vacumm"; did you mean "vacuum"? (WK-USAGE)',
    ],
    [["worker", "-admin=http://localhost:23646"], '"http://localhost:23646" is not a server address'],
    [["worker", "start"], 'weed worker: "start" is no flag. (WK-USAGE)'],
    [["worker", "-options=/does/not/exist"], "weed worker: The options file /does/not/exist cannot be read"],
    [["scaffold", "-config=filer"], '-config is "filer"; it must be one of security, admin. (WK-USAGE)'],
    [["admin", "-port=60000"], "-port is 60000 and leaves no room for the port of workers"],
    [["admin", "-urlPrefix=a b"], '-urlPrefix is "a b"; it must be a path like /weed.'],
  ])("refuses %j with exit code 2 and no stack", async (args, message) => {
    const { code, stdout, stderr } = await Weed.run(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("shows a stack at -v=4 only", async () => {
    const { code, stderr } = await Weed.run("-v=4", "worker", "-capabilities=vacumm");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^\s+at readCapabilities/m);
  });

  it("names file and line of a mistake in a configuration file", async () => {
    writeFileSync(join(dir, "security.toml"), "[grpc]\nca = 'x'\n[grpc.worker]\ncret = 'x'\n");
    const { code, stderr } = await Weed.run("worker", `-config_dir=${dir}`, `-workingDir=${dir}`);
    expect(code).toBe(2);
    expect(stderr).toContain(`${join(dir, "security.toml")}:4: there is no key "grpc.worker.cret"`);
  });
});
