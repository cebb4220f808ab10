import { setTimeout as sleep } from "node:timers/promises";
import { type Child, startChild } from "./lib/child.ts";
import type { Plan } from "./lib/plan.ts";
import type { BenchResult } from "./lib/report.ts";
import { say } from "./lib/report.ts";
import { withScratch } from "./lib/scratch.ts";
import { median } from "./lib/stats.ts";
import type { BareClientRequests } from "./roles/bare-client.ts";
import type { BareServerRequests } from "./roles/bare-server.ts";
import type { QueueAdminRequests } from "./roles/queue-admin.ts";
import type { QueueWorkersRequests } from "./roles/queue-workers.ts";

const STREAMS = 20;
const OUTSTANDING = 8;
const SMALL = 1_000;
const LARGE = 1_000_000;
/** Durable life cycles must reach this share of bare ÷ 4 (a life cycle is four messages). */
const SHARE_OF_BARE = 0.35;
const MESSAGES_OF_A_LIFE = 4;
const SHARE_OF_SMALL = 0.9;

interface Run {
  readonly bareMessagesPerSecond: number;
  readonly livesPerSecondAtSmall: number;
  readonly livesPerSecondAtLarge: number;
  readonly commitsPerSecond: number;
  readonly operationsPerCommit: number;
  readonly serverMicrosPerBareMessage: number;
  readonly adminMicrosPerLife: number;
}

interface Rate {
  readonly livesPerSecond: number;
  readonly commitsPerSecond: number;
  readonly operationsPerCommit: number;
  /** Processor time of the admin, its threads included. */
  readonly microsPerLife: number;
}

/** Bare messages a second, and durable task life cycles a second with a short and with a long queue. */
export async function throughput({ quick, rounds }: Plan): Promise<BenchResult> {
  const large = quick ? LARGE / 10 : LARGE;
  const warmUpMs = quick ? 1_000 : 2_000;
  const ms = quick ? 2_000 : 8_000;
  return withScratch(async (folder) => {
    const small = await openAdmin(folder("small"), SMALL);
    const long = await openAdmin(folder("large"), large);
    const runs: (Run & Readonly<Record<string, number>>)[] = [];
    for (let round = 0; round < rounds; round++) {
      const bare = await floodBare(warmUpMs, ms);
      const short = await lives(small, warmUpMs, ms);
      const deep = await lives(long, warmUpMs, ms);
      runs.push({
        bareMessagesPerSecond: bare.messagesPerSecond,
        serverMicrosPerBareMessage: bare.microsPerMessage,
        adminMicrosPerLife: short.microsPerLife,
        livesPerSecondAtSmall: short.livesPerSecond,
        livesPerSecondAtLarge: deep.livesPerSecond,
        commitsPerSecond: short.commitsPerSecond,
        operationsPerCommit: short.operationsPerCommit,
      });
      say(`  ${JSON.stringify(runs.at(-1))}`);
    }
    await small.admin.stop();
    await long.admin.stop();
    const of = (pick: (run: Run) => number): number => median(runs.map(pick));
    const bare = of((run) => run.bareMessagesPerSecond);
    const atSmall = of((run) => run.livesPerSecondAtSmall);
    const atLarge = of((run) => run.livesPerSecondAtLarge);
    return {
      name: "throughput",
      setup: { streams: STREAMS, outstanding: OUTSTANDING, small: SMALL, large, warmUpMs, ms, rounds },
      runs,
      figures: {
        bareMessagesPerSecond: bare,
        livesPerSecondAtSmall: atSmall,
        livesPerSecondAtLarge: atLarge,
        shareOfBareByFour: atSmall / (bare / MESSAGES_OF_A_LIFE),
        largeToSmall: atLarge / atSmall,
        commitsPerSecond: of((run) => run.commitsPerSecond),
        operationsPerCommit: of((run) => run.operationsPerCommit),
        serverMicrosPerBareMessage: of((run) => run.serverMicrosPerBareMessage),
        adminMicrosPerLife: of((run) => run.adminMicrosPerLife),
      },
      checks: [
        {
          name: "durable life cycles against bare ÷ 4",
          value: atSmall,
          limit: (SHARE_OF_BARE * bare) / MESSAGES_OF_A_LIFE,
          unit: "lives/s",
          sense: "at least",
        },
        {
          name: `life cycles with ${large} waiting against ${SMALL} waiting`,
          value: atLarge,
          limit: SHARE_OF_SMALL * atSmall,
          unit: "lives/s",
          sense: "at least",
        },
      ],
    };
  });
}

interface OpenAdmin {
  readonly admin: Child<QueueAdminRequests>;
  readonly port: number;
}

/** An admin whose queue always holds about `backlog` waiting tasks. */
async function openAdmin(dataDir: string, backlog: number): Promise<OpenAdmin> {
  const admin = startChild<QueueAdminRequests>("queue-admin");
  const port = await admin.ask("open", { dataDir });
  const start = performance.now();
  await admin.ask("fill", { tasks: backlog, keep: true });
  say(`  ${backlog} tasks enqueued in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return { admin, port };
}

interface BareRate {
  readonly messagesPerSecond: number;
  readonly microsPerMessage: number;
}

async function floodBare(warmUpMs: number, ms: number): Promise<BareRate> {
  const server = startChild<BareServerRequests>("bare-server");
  const client = startChild<BareClientRequests>("bare-client");
  const port = await server.ask("listen", null);
  const messagesPerSecond = await client.ask("flood", {
    port,
    streams: STREAMS,
    outstanding: OUTSTANDING,
    warmUpMs,
    ms,
  });
  const { answered, cpuMicros } = await server.ask("count", null);
  await client.stop();
  await server.stop();
  return { messagesPerSecond, microsPerMessage: cpuMicros / (2 * answered) };
}

async function lives({ admin, port }: OpenAdmin, warmUpMs: number, ms: number): Promise<Rate> {
  const workers = startChild<QueueWorkersRequests>("queue-workers");
  await workers.ask("connect", { port, workers: STREAMS, slots: OUTSTANDING });
  await workers.ask("work", null);
  await sleep(warmUpMs);
  const before = await admin.ask("count", null);
  await sleep(ms);
  const after = await admin.ask("count", null);
  await workers.ask("rest", null);
  await workers.stop();
  const seconds = (after.atMs - before.atMs) / 1000;
  const commits = after.commits - before.commits;
  return {
    livesPerSecond: (after.completed - before.completed) / seconds,
    commitsPerSecond: commits / seconds,
    operationsPerCommit: (after.operations - before.operations) / commits,
    microsPerLife: (after.cpuMicros - before.cpuMicros) / (after.completed - before.completed),
  };
}
