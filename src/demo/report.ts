import { columns } from "../core/columns.ts";
import type { ApiTask } from "./api-client.ts";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`;
}

function secondsBetween(from: string | null, until: string | null): string {
  if (from === null || until === null) return "unknown";
  return `${((Date.parse(until) - Date.parse(from)) / 1000).toFixed(1)} s`;
}

/** The closing table: one line a task, in the order they ended. */
export function taskTable(tasks: readonly ApiTask[]): string {
  const ended = [...tasks].sort((a, b) => (a.finishedAt ?? "").localeCompare(b.finishedAt ?? ""));
  const rows = ended.map((task) => [
    String(task.id),
    task.type,
    String(task.volumeId),
    beforeAfter(task),
    gain(task),
    secondsBetween(task.startedAt, task.finishedAt),
    String(task.attempt),
    task.state,
  ]);
  return columns([["task", "type", "volume", "before → after", "bytes", "duration", "attempt", "state"], ...rows]);
}

function beforeAfter(task: ApiTask): string {
  const { bytes_before: before, bytes_after: after, source, target, outcome } = task.facts;
  if (before !== undefined && after !== undefined) return `${bytesText(Number(before))} → ${bytesText(Number(after))}`;
  if (source !== undefined && target !== undefined) return `${source} → ${target}`;
  return task.error ?? outcome ?? task.reason;
}

function gain(task: ApiTask): string {
  const { bytes_reclaimed: reclaimed, bytes_moved: moved } = task.facts;
  if (reclaimed !== undefined) return `${bytesText(Number(reclaimed))} reclaimed`;
  if (moved !== undefined) return `${bytesText(Number(moved))} moved`;
  return task.type === "erasure_coding" && task.state === "completed" ? `${bytesText(task.bytes)} encoded` : "";
}
