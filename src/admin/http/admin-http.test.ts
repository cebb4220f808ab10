import { describe, expect, it } from "vitest";
import { pick, type RunningAdmin, runningAdmin } from "./running-admin.testkit.ts";

/** Every operation there is. A route that is not in this list, or a line without a route, is a mistake. */
const ROUTES = [
  "GET /api/explain",
  "GET /api/maintenance/config",
  "GET /api/maintenance/config/{taskType}",
  "GET /api/maintenance/logs",
  "GET /api/maintenance/stats",
  "GET /api/maintenance/tasks",
  "GET /api/maintenance/tasks/{id}",
  "GET /api/maintenance/tasks/{id}/detail",
  "GET /api/maintenance/workers",
  "GET /api/maintenance/workers/{id}",
  "GET /api/maintenance/workers/{id}/logs",
  "GET /api/plugin/status",
  "GET /api/v1/cluster",
  "GET /api/v1/explain",
  "GET /api/v1/frozen",
  "GET /api/v1/holds",
  "GET /api/v1/policies",
  "GET /api/v1/policies/{type}",
  "GET /api/v1/scans",
  "GET /api/v1/settings",
  "GET /api/v1/stats",
  "GET /api/v1/tasks",
  "GET /api/v1/tasks/{id}",
  "GET /api/v1/tasks/{id}/log",
  "GET /api/v1/volumes",
  "GET /api/v1/workers",
  "GET /api/v1/workers/{id}",
  "GET /health",
  "GET /ready",
  "POST /api/maintenance/scan",
  "POST /api/maintenance/tasks",
  "POST /api/maintenance/tasks/{id}/cancel",
  "POST /api/v1/frozen/{volumeId}/thaw",
  "POST /api/v1/scans",
  "POST /api/v1/tasks",
  "POST /api/v1/tasks/{id}/cancel",
  "POST /api/v1/tasks/{id}/retry",
  "PUT /api/maintenance/config",
  "PUT /api/maintenance/config/{taskType}",
  "PUT /api/v1/emergency-stop",
  "PUT /api/v1/pauses",
  "PUT /api/v1/policies/{type}",
  "PUT /api/v1/settings",
  "PUT /api/v1/tasks/{id}/priority",
];

async function operations(admin: RunningAdmin): Promise<readonly string[]> {
  const { json } = await admin.call("GET", "/api/v1/openapi.json");
  const paths = pick(json, "paths");
  if (typeof paths !== "object" || paths === null) throw new Error("no paths");
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** Waits until the admin has seen its cluster. */
async function ready(admin: RunningAdmin): Promise<RunningAdmin> {
  await expect.poll(async () => (await admin.call("GET", "/ready")).status, { timeout: 60_000 }).toBe(200);
  return admin;
}

describe("admin over HTTP: the list of operations", () => {
  it("is the one that is documented, and none fails on bad input with a defect", async () => {
    const admin = await ready(await runningAdmin());
    const known = await operations(admin);
    expect([...known].sort()).toEqual([...ROUTES].sort());
    for (const operation of known) {
      const [method = "", template = ""] = operation.split(" ");
      const path = template.replace(/\{\w+\}/g, "no-such-thing");
      const answers =
        method === "GET"
          ? [await admin.call("GET", `${path}?nonsense=1`)]
          : [await admin.call(method, `${path}?nonsense=1`, {}), await admin.call(method, path, [{ nonsense: 1 }])];
      for (const { status, json } of answers) {
        expect([operation, status >= 400 && status < 500]).toEqual([operation, true]);
        expect(json).toMatchObject({ error: expect.stringMatching(/\.$/), code: expect.stringMatching(/^WK-/) });
      }
      const refused = await admin.call("DELETE", path);
      expect([operation, refused.status]).toEqual([operation, 405]);
    }

    const { json } = await admin.call("GET", "/api/v1/openapi.json");
    expect(json).toMatchObject({ openapi: "3.1.0" });
    const references = [...JSON.stringify(json).matchAll(/"\$ref":"#\/([^"]*)"/g)];
    expect(references.length).toBeGreaterThan(10);
    const dead = references.filter((match) => pick(json, ...(match[1] ?? "").split("/")) === undefined);
    expect(dead).toEqual([]);
  });
});

describe("admin over HTTP: the words of 4.13", () => {
  it("scans, lists, shows and cancels a task", async () => {
    const admin = await ready(await runningAdmin());
    const scan = await admin.call("POST", "/api/maintenance/scan");
    expect(scan.json).toMatchObject({ success: true, message: expect.stringContaining("vacuum: 1 found, 1 enqueued") });
    const list = await admin.call("GET", "/api/maintenance/tasks?status=pending");
    expect(list.json).toMatchObject([
      {
        type: "vacuum",
        priority: expect.any(Number),
        status: "pending",
        state: "pending",
        volume_id: 1,
        server: expect.stringContaining("127.0.0.1:"),
        collection: "",
        typed_params: { volume_id: 1, vacuum_params: { garbage_threshold: expect.any(Number) } },
        created_by: "scan",
        creation_context: "automatic scan",
        created_at: expect.stringMatching(/^\d{4}-.*Z$/),
        started_at: null,
        completed_at: null,
        worker_id: "",
        error: "",
        progress: 0,
        retry_count: 0,
        max_retries: 3,
      },
    ]);
    const id = pick(list.json, 0, "id");
    expect(typeof id).toBe("string");
    expect((await admin.call("GET", `/api/maintenance/tasks/${id}`)).json).toMatchObject({
      id,
      assignment_history: [],
    });
    expect((await admin.call("GET", `/api/maintenance/tasks/${id}/detail`)).json).toMatchObject({
      task: { id },
      execution_logs: [],
      log_error: expect.stringContaining("not been run yet"),
      related_tasks: [],
      worker_info: null,
    });
    expect((await admin.call("POST", `/api/maintenance/tasks/${id}/cancel`)).json).toMatchObject({ success: true });
    const again = await admin.call("POST", `/api/maintenance/tasks/${id}/cancel`);
    expect([again.status, pick(again.json, "code")]).toEqual([409, "WK-TASK-STATE"]);
    const stats = await admin.call("GET", "/api/maintenance/stats");
    expect(stats.json).toMatchObject({
      active_workers: 0,
      last_scan_time: expect.stringMatching(/Z$/),
      next_scan_time: expect.stringMatching(/Z$/),
      average_task_time: 0,
    });
    expect((await admin.call("GET", "/api/maintenance/workers")).json).toEqual([]);
    // A cancelled task does not come back with the next scan.
    const next = await admin.call("POST", "/api/maintenance/scan");
    expect(pick(next.json, "message")).toContain("vacuum: 0 found, 0 enqueued");
  });

  it("takes settings in the form it gave them, and only what changed", async () => {
    const admin = await runningAdmin({ servers: 1 });
    const form = await admin.call("GET", "/api/maintenance/config");
    expect(form.json).toMatchObject({
      config: {
        enabled: true,
        worker_timeout_seconds: 300,
        task_retention_seconds: 604_800,
        policy: { global_max_concurrent: 64, task_policies: { vacuum: { enabled: true } } },
      },
      is_enabled: true,
      menu_items: expect.arrayContaining([expect.objectContaining({ task_type: "balance" })]),
    });
    const config = pick(form.json, "config") as Record<string, unknown>;
    const policy = config["policy"] as Record<string, unknown>;
    const tasks = policy["task_policies"] as Record<string, Record<string, unknown>>;
    const changed = {
      ...config,
      enabled: false,
      policy: {
        ...policy,
        global_max_concurrent: 3,
        task_policies: { ...tasks, vacuum: { ...tasks["vacuum"], check_interval_seconds: 4242 } },
      },
    };
    expect(await admin.call("PUT", "/api/maintenance/config", changed)).toMatchObject({ status: 200 });
    const after = await admin.call("GET", "/api/maintenance/config");
    expect(after.json).toMatchObject({
      is_enabled: false,
      config: { policy: { global_max_concurrent: 3, task_policies: { vacuum: { scan_interval_seconds: 4242 } } } },
    });
    const settings = await admin.call("GET", "/api/v1/settings");
    const fromPage = (pick(settings.json, "settings") as { name: string; source: string }[])
      .filter((setting) => setting.source === "page")
      .map((setting) => setting.name);
    expect(fromPage.sort()).toEqual(["enabled", "global_max_concurrent"]);

    const twice = { scan_interval_seconds: 100, policy: { default_check_interval_seconds: 200 } };
    expect(await admin.call("PUT", "/api/maintenance/config", twice)).toMatchObject({
      status: 400,
      json: { field: "scan_interval_seconds" },
    });
  });

  it("answers 400 to a wrong value and names the field", async () => {
    const admin = await runningAdmin({ servers: 1 });
    for (const [input, field] of [
      [{ garbage_threshold: 1.5 }, "garbage_threshold"],
      [{ max_concurrent: "many" }, "max_concurrent"],
      [{ garbage_treshold: 0.5 }, "garbage_treshold"],
      [{ window_cron: "never ever" }, "window_cron"],
    ] as const) {
      expect(await admin.call("PUT", "/api/maintenance/config/vacuum", input)).toMatchObject({
        status: 400,
        json: { code: "WK-CONFIG-VALUE", field, error: expect.stringContaining(field) },
      });
    }
    const good = await admin.call("PUT", "/api/maintenance/config/vacuum", { garbage_threshold: 0 });
    expect(good).toMatchObject({ status: 200, json: { config: { values: { garbage_threshold: 0 } } } });
  });
});

describe("admin over HTTP: our own words", () => {
  it("plans by hand, refuses what is not due, and does not do a volume twice", async () => {
    const admin = await ready(await runningAdmin());
    const vacuum = { type: "vacuum", volumeId: 1 };
    const dry = await admin.call("POST", "/api/v1/tasks", { ...vacuum, dryRun: true });
    expect(dry).toMatchObject({
      status: 201,
      json: { dryRun: true, tasks: [], plan: [{ ...vacuum, bytes: expect.any(Number), reason: expect.any(String) }] },
    });
    expect((await admin.call("GET", "/api/v1/tasks")).json).toEqual({ tasks: [], next: null });
    const made = await admin.call("POST", "/api/v1/tasks", { ...vacuum, priority: "critical" });
    expect(made).toMatchObject({
      status: 201,
      json: { tasks: [{ ...vacuum, priority: "critical", state: "pending" }] },
    });
    const taken = await admin.call("POST", "/api/v1/tasks", vacuum);
    expect(taken).toMatchObject({
      status: 409,
      json: { code: "WK-TASK-BUSY", error: expect.stringContaining("task 1") },
    });
    const absent = await admin.call("POST", "/api/maintenance/tasks", { type: "vacuum", volume_id: 4711 });
    expect(absent).toMatchObject({ status: 409, json: { code: "WK-TASK-NOT-DUE" } });

    const lower = await admin.call("PUT", "/api/v1/tasks/1/priority", { priority: 0 });
    expect(lower.json).toMatchObject({ task: { priority: "low" } });
    expect((await admin.call("POST", "/api/v1/tasks/1/cancel")).json).toMatchObject({ ended: true });
    expect((await admin.call("POST", "/api/v1/tasks/1/retry")).json).toMatchObject({ task: { state: "pending" } });
    expect(await admin.call("GET", "/api/v1/tasks/2")).toMatchObject({
      status: 404,
      json: { code: "WK-TASK-NOT-FOUND" },
    });
  });

  it("explains with every rule, and says what the queue waits for", async () => {
    const admin = await ready(await runningAdmin());
    const why = await admin.call("GET", "/api/explain?volumeId=1&type=vacuum");
    expect(why.json).toMatchObject({
      explanations: [
        {
          due: true,
          runnable: false,
          summary: "Volume 1 is due for vacuum, but no worker is connected.",
          rules: expect.arrayContaining([expect.objectContaining({ rule: "garbage", pass: true })]),
        },
      ],
    });
    await admin.call("PUT", "/api/v1/emergency-stop", { on: true });
    const stopped = await admin.call("GET", "/api/explain?volumeId=1&type=vacuum");
    expect(pick(stopped.json, "explanations", 0, "summary")).toContain("the emergency stop is on");
    const all = await admin.call("GET", "/api/v1/explain?volumeId=1");
    const types = (pick(all.json, "explanations") as { type: string }[]).map((each) => each.type);
    expect(types.sort()).toEqual(["balance", "erasure_coding", "vacuum"]);
  });

  it("shows the cluster and its volumes by page", async () => {
    const admin = await ready(await runningAdmin());
    const cluster = await admin.call("GET", "/api/v1/cluster");
    expect(cluster.json).toMatchObject({
      error: null,
      totals: { servers: 2, volumes: expect.any(Number) },
      servers: [
        { dataCenter: "dc1", rack: "rack1", version: expect.stringContaining("4.44"), held: null },
        { dataCenter: "dc1", rack: "rack1" },
      ],
    });
    const volumes = await admin.call("GET", "/api/v1/volumes?limit=1");
    expect(volumes.json).toMatchObject({
      volumes: [{ volumeId: 1, replicas: [{ size: expect.any(Number), placement: "001" }, {}] }],
    });
    const rest = await admin.call("GET", "/api/v1/volumes?after=1000");
    expect(rest.json).toEqual({ volumes: [], next: null });
    expect((await admin.call("GET", "/api/v1/frozen")).json).toEqual({ frozen: [] });
    expect((await admin.call("GET", "/api/plugin/status")).json).toEqual({ worker_grpc_port: admin.admin.grpcPort });
  });

  it("says that it is not ready when the master is gone, and stays up", async () => {
    const admin = await ready(await runningAdmin({ servers: 1 }));
    await admin.call("PUT", "/api/v1/settings", { topology_interval_seconds: 1 });
    await admin.sandbox.stop();
    await expect.poll(async () => (await admin.call("GET", "/ready")).status, { timeout: 60_000 }).toBe(503);
    expect((await admin.call("GET", "/health")).json).toEqual({ health: "ok" });
    const scan = await admin.call("POST", "/api/v1/scans", { type: "vacuum" });
    expect(scan.json).toMatchObject({ scans: [{ error: expect.any(String), failures: expect.any(Number) }] });
  });

  it("counts in its metrics", async () => {
    const admin = await ready(await runningAdmin());
    await admin.call("POST", "/api/v1/scans", { type: "vacuum" });
    const text = await (await fetch(`${admin.base}/metrics`)).text();
    expect(text).toContain('SeaweedFS_admin_maintenance_tasks_by_status{status="pending"} 1');
    expect(text).toContain("SeaweedFS_admin_workers_connected 0");
    expect(text).toMatch(/SeaweedFS_admin_store_commit_seconds_count [1-9]/);
    expect(text).toMatch(/SeaweedFS_admin_event_loop_delay_seconds\{quantile="0.99"\} \d/);
    for (const name of ["queue_age_seconds", "frozen_volumes", "servers_held", "emergency_stop", "leases_lost_total"]) {
      expect(text).toContain(`SeaweedFS_admin_${name}`);
    }
  });
});

describe("admin over HTTP: the event stream", () => {
  it("starts with a snapshot and tells changes together", async () => {
    const admin = await ready(await runningAdmin());
    const events = new EventReader(`${admin.base}/api/v1/events`);
    try {
      const [first, snapshot] = await events.next();
      expect([first, snapshot]).toMatchObject(["snapshot", { tasks: [], workers: [], version: "test" }]);
      await admin.call("POST", "/api/v1/scans", { type: "vacuum" });
      const seen = await events.until((data) => pick(data, "tasks", 0, "volumeId") === 1);
      expect(seen).toMatchObject({ tasks: [{ state: "pending" }] });

      // Many changes of one thing come as few messages with its newest state.
      const before = events.received;
      const words = ["low", "high", "normal", "critical"];
      for (let index = 0; index < 40; index++) {
        await admin.call("PUT", "/api/v1/tasks/1/priority", { priority: words[index % 4] });
      }
      await admin.call("PUT", "/api/v1/emergency-stop", { on: true });
      const last = await events.until((data) => pick(data, "holds", 0, "emergencyStop") !== undefined);
      expect(last).toMatchObject({ holds: [{ emergencyStop: { by: "somebody at 127.0.0.1" } }] });
      expect(events.received - before).toBeLessThan(40);
    } finally {
      events.close();
    }
  });
});

/** Reads server-sent events off a response. */
class EventReader {
  received = 0;
  readonly #abort = new AbortController();
  readonly #messages: AsyncGenerator<readonly [string, unknown]>;

  constructor(url: string) {
    this.#messages = this.#read(url);
  }

  async next(): Promise<readonly [string, unknown]> {
    const { value } = await this.#messages.next();
    if (value === undefined) throw new Error("the stream ended");
    return value as readonly [string, unknown];
  }

  async until(good: (data: unknown) => boolean): Promise<unknown> {
    for (;;) {
      const [, data] = await this.next();
      if (good(data)) return data;
    }
  }

  close(): void {
    this.#abort.abort();
  }

  async *#read(url: string): AsyncGenerator<readonly [string, unknown]> {
    const response = await fetch(url, { signal: this.#abort.signal });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    if (response.body === null) throw new Error("no body");
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const message = text.slice(0, end);
        text = text.slice(end + 2);
        const event = /^event: (.*)$/m.exec(message)?.[1];
        const data = /^data: (.*)$/m.exec(message)?.[1];
        if (event === undefined || data === undefined) continue;
        this.received++;
        yield [event, JSON.parse(data) as unknown];
      }
    }
  }
}
