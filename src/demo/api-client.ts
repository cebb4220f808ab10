import { z } from "zod";
import { askAdmin } from "../rpc/ask-admin.ts";

const LIMIT_MS = 10_000;
const PAGE = 500;

const taskSchema = z.object({
  id: z.number(),
  type: z.string(),
  volumeId: z.number(),
  state: z.string(),
  attempt: z.number(),
  reason: z.string(),
  bytes: z.number(),
  error: z.string().nullable(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  facts: z.record(z.string(), z.string()),
  progress: z.object({ stage: z.string(), percent: z.number() }).nullable(),
});

const scanSchema = z.object({
  type: z.string(),
  running: z.boolean(),
  lastStartedAt: z.string().nullable(),
  lastEndedAt: z.string().nullable(),
  found: z.number(),
  error: z.string().nullable(),
});

export type ApiTask = z.output<typeof taskSchema>;
export type ApiScan = z.output<typeof scanSchema>;

/** The part of `/api/v1` the demo looks at. Answers are checked: a changed field is an error and no blank on the screen. */
export class ApiClient {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  /** Whether the admin is up and sees its cluster. */
  async ready(): Promise<boolean> {
    try {
      const response = await fetch(`${this.#base}/ready`, { signal: AbortSignal.timeout(LIMIT_MS) });
      return response.ok;
    } catch {
      return false;
    }
  }

  async tasks(): Promise<readonly ApiTask[]> {
    const body = z.object({ tasks: z.array(taskSchema) });
    return (await this.#get(`/api/v1/tasks?limit=${PAGE}`, body)).tasks;
  }

  async scans(): Promise<readonly ApiScan[]> {
    return (await this.#get("/api/v1/scans", z.object({ scans: z.array(scanSchema) }))).scans;
  }

  async workers(): Promise<number> {
    const body = z.object({ workers: z.array(z.object({ status: z.string() })) });
    return (await this.#get("/api/v1/workers", body)).workers.filter((worker) => worker.status !== "lost").length;
  }

  #get<Body>(path: string, answer: z.ZodType<Body>): Promise<Body> {
    return askAdmin({ admin: this.#base, path, answer });
  }
}
