import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { type RunningAdmin, runningAdmin } from "../../src/admin/http/running-admin.testkit.ts";
import { CHROMIUM, chromiumPath, describeWith } from "../needs.testkit.ts";
import { runningWorker } from "./running-worker.testkit.ts";

const LIMIT_MS = 60_000;

describeWith([CHROMIUM], "status page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath() ?? "", args: ["--no-sandbox"] });
  });
  afterAll(() => browser.close());

  /** The page of an admin, and everything that went wrong on it: console errors, exceptions, requests elsewhere. */
  async function openPage(admin: RunningAdmin, width = 1280): Promise<{ page: Page; wrong: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    onTestFinished(() => page.close());
    page.setDefaultTimeout(LIMIT_MS);
    const wrong: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") wrong.push(message.text());
    });
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(`${admin.base}/`)) wrong.push(`request to ${request.url()}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) wrong.push(`${response.status()} ${response.url()}`);
    });
    page.on("dialog", (dialog) => void dialog.accept());
    await page.goto(`${admin.base}/`);
    await page.getByText("live", { exact: true }).waitFor();
    return { page, wrong };
  }

  it.each(["", "/weed/admin"])("shows a task from the scan to its end (prefix %j)", async (urlPrefix) => {
    const admin = await runningAdmin({ urlPrefix });
    await runningWorker(admin);
    const { page, wrong } = await openPage(admin);
    await page.locator("#workers tbody tr").first().getByText("idle").waitFor();
    await page.locator("#cluster tbody").getByText("dc1").first().waitFor();
    await page.locator("#cluster tbody").getByText("well").first().waitFor();

    const hang = admin.sandbox.faults.add({ rpc: "VacuumVolumeCompact", action: "hang", times: 2 });
    await page.getByRole("button", { name: "Scan all now" }).click();
    const row = page.locator("#queue tbody tr").first();
    await row.getByText("running").waitFor();
    await hang.hit;
    await row.locator("progress").waitFor();
    expect(await row.locator("td[data-label=Progress]").textContent()).toMatch(/\d %/);
    await page
      .locator("#workers tbody tr")
      .first()
      .getByText(/active|busy/)
      .waitFor();

    hang.release();
    await page.locator("#history tbody tr").first().getByText("completed").waitFor();
    await page.locator('.empty[data-for="queue"]').waitFor();
    await page.locator("#stats").getByText("1 tasks").first().waitFor();

    await page.locator("#history tbody tr").first().getByRole("button", { name: "#1" }).click();
    await page.locator("#detail").getByText("VacuumVolumeCommit").first().waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    expect(wrong).toEqual([]);
  });

  it("explains, pauses, stops everything and changes settings", async () => {
    const admin = await runningAdmin();
    const { page, wrong } = await openPage(admin);
    await page.getByText("No worker is connected.").waitFor();

    await page.getByLabel("Volume", { exact: true }).fill("1");
    await page.getByRole("button", { name: "Explain" }).click();
    await page.locator("#why-answer").getByText("no worker is connected").first().waitFor();
    await page.getByLabel("Task type").selectOption("vacuum");
    await page.getByRole("button", { name: "Dry run" }).click();
    await page.getByText("Dry run: nothing was changed.").waitFor();
    await page.getByRole("button", { name: "Create task" }).click();
    const row = page.locator("#queue tbody tr").first();
    await row.getByText("pending").waitFor();
    await row.getByRole("button", { name: "Cancel" }).click();
    await page.locator("#history tbody tr").first().getByText("cancelled", { exact: true }).waitFor();

    const vacuum = page.locator("#scans tbody tr", { hasText: "vacuum" });
    await vacuum.getByRole("button", { name: "Pause" }).click();
    await page.locator("#holds").getByText("type vacuum is paused.").waitFor();
    await vacuum.getByRole("button", { name: "Resume" }).click();
    await page.locator("#holds").waitFor({ state: "hidden" });

    await page.getByRole("button", { name: "Emergency stop", exact: true }).click();
    await page.locator("#holds").getByText("EMERGENCY STOP").waitFor();
    await page.getByRole("button", { name: "Release the emergency stop" }).click();
    await page.locator("#holds").waitFor({ state: "hidden" });

    await page.getByLabel("Of").selectOption("vacuum");
    await page.getByLabel("garbage_threshold", { exact: true }).fill("0.45");
    await page.getByRole("button", { name: "Save changes" }).click();
    const setting = page.locator("#settings tbody tr", { hasText: "garbage_threshold" }).first();
    await setting.getByText("set by somebody at 127.0.0.1").waitFor();
    expect(wrong).toEqual([]);
  });

  it("tells what is wrong in words, and finds the admin again", async () => {
    const admin = await runningAdmin({ servers: 1 });
    const { page } = await openPage(admin);
    await page.getByLabel("Of").selectOption("vacuum");
    await page.getByLabel("garbage_threshold", { exact: true }).fill("7");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page
      .locator("#message")
      .getByText(/garbage_threshold is .7.; it must be a number from 0 to 1/)
      .waitFor();
    await admin.restart(() => page.getByText("The connection to the admin is lost").waitFor());
    await page.getByText("live", { exact: true }).waitFor();
  });

  it.each(["light", "dark"] as const)("fits a screen of 360 pixels (%s)", async (colorScheme) => {
    const admin = await runningAdmin();
    await runningWorker(admin);
    const { page, wrong } = await openPage(admin, 360);
    await page.emulateMedia({ colorScheme });
    await page.locator("#workers tbody tr").first().getByText("idle").waitFor();
    await page.locator("#cluster tbody").getByText("well").first().waitFor();
    const wide = await page.evaluate("document.documentElement.scrollWidth");
    expect(wide).toBe(360);
    const colors = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    expect(colors).toBe(colorScheme === "light" ? "rgb(246, 247, 246)" : "rgb(19, 24, 22)");
    expect(wrong).toEqual([]);
  });
});
