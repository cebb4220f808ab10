import { z } from "zod";
import { columns } from "../core/columns.ts";
import { askAdmin } from "../rpc/ask-admin.ts";
import { COMMON_FLAGS, defineCommand } from "./command.ts";
import { commandGroup } from "./command-group.ts";
import { choiceFlag, intFlag, stringFlag } from "./go-flags.ts";

const LARGEST_VOLUME_ID = 0xffff_ffff;

const frozenSchema = z.object({
  frozen: z.array(
    z.object({
      taskId: z.number(),
      volumeId: z.number(),
      server: z.string(),
      since: z.string().nullable(),
      now: z.string(),
      why: z.string().nullable(),
    }),
  ),
});

type Frozen = z.output<typeof frozenSchema>["frozen"];

const FLAGS = {
  options: COMMON_FLAGS.options,
  admin: stringFlag("http://localhost:23646", "Address of the admin's page, with -urlPrefix if it has one."),
  o: choiceFlag("table", ["table", "json"], "Form of the answer."),
} as const;

const frozenCommand = defineCommand({
  name: "volume frozen",
  summary: "list the volumes that tasks of ours froze and have not thawed",
  about: "Lists the replicas that a task made read-only for its work, and what their servers say of them now.",
  flags: FLAGS,
  run: async (values) => {
    const { frozen } = await askAdmin({ admin: baseOf(values.admin), path: "/api/v1/frozen", answer: frozenSchema });
    show(frozen, values.o);
    return 0;
  },
});

const thawCommand = defineCommand({
  name: "volume thaw",
  summary: "make a volume writable again that a stopped task left frozen",
  about:
    "Thaws the replicas of a volume that a task of ours froze. Refused while the task runs or after its commit point.",
  flags: {
    ...FLAGS,
    volumeId: intFlag(0, { min: 0, max: LARGEST_VOLUME_ID }, "The volume."),
  },
  run: async (values) => {
    const path = `/api/v1/frozen/${values.volumeId}/thaw`;
    const { frozen } = await askAdmin({ admin: baseOf(values.admin), path, answer: frozenSchema, post: {} });
    show(frozen, values.o);
    return 0;
  },
});

export const volumeCommand = commandGroup({
  name: "volume",
  summary: "look at volumes that tasks froze, and thaw them",
  commands: [
    { ...frozenCommand, name: "frozen" },
    { ...thawCommand, name: "thaw" },
  ],
});

function baseOf(address: string): string {
  const withScheme = /^https?:\/\//.test(address) ? address : `http://${address}`;
  return withScheme.replace(/\/+$/, "");
}

function show(frozen: Frozen, form: "table" | "json" | undefined): void {
  if (form === "json") {
    process.stdout.write(`${JSON.stringify(frozen, undefined, 2)}\n`);
    return;
  }
  if (frozen.length === 0) {
    process.stdout.write("No volume is frozen by a task.\n");
    return;
  }
  const rows = frozen.map((row) => [
    String(row.volumeId),
    row.server,
    row.now + (row.why === null ? "" : ` (${row.why})`),
    row.since ?? "unknown",
    String(row.taskId),
  ]);
  process.stdout.write(`${columns([["volume", "server", "now", "since", "task"], ...rows])}\n`);
}
