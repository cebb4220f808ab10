import { expect, it } from "vitest";
import { runningAdmin } from "../admin/http/running-admin.testkit.ts";
import { Weed } from "./cli.testkit.ts";

it("weed volume names what there is, and the nearest word", async () => {
  const help = await Weed.run("volume", "-h");
  expect(help).toMatchObject({ code: 0 });
  expect(help.stdout).toContain("frozen");
  const wrong = await Weed.run("volume", "forzen");
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('did you mean "frozen"?');
});

it("weed volume asks the admin, and says so when it cannot", async () => {
  const { base } = await runningAdmin();
  const frozen = await Weed.run("volume", "frozen", `-admin=${base}`);
  expect(frozen).toMatchObject({ code: 0, stdout: "No volume is frozen by a task.\n" });
  const json = await Weed.run("volume", "frozen", `-admin=${base}`, "-o=json");
  expect(JSON.parse(json.stdout)).toEqual([]);
  const thaw = await Weed.run("volume", "thaw", `-admin=${base}`, "-volumeId=1");
  expect(thaw.code).toBe(1);
  expect(thaw.stderr).toContain("volume 1");
  const nobody = await Weed.run("volume", "frozen", "-admin=127.0.0.1:9");
  expect(nobody.code).toBe(1);
  expect(nobody.stderr).toContain("WK-ADMIN-API");
});
