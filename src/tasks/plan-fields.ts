import { z } from "zod";
import { AppError } from "../core/errors.ts";
import type { ResourceNeeds } from "../queue/task.ts";
import type { TaskParams__Output } from "../rpc/gen/worker_pb/TaskParams.ts";
import { formatServerAddress, httpForm, parseServerAddress } from "../rpc/server-address.ts";

/** Building blocks that the plans of all task types share. */

/** A server in address form, `host:http.grpc`, in its one canonical spelling. */
export const serverField = z.string().transform((text, context) => {
  try {
    return formatServerAddress(parseServerAddress(text));
  } catch (error) {
    context.addIssue(AppError.from(error).message);
    return z.NEVER;
  }
});
export const volumeIdField = z.int().min(1).max(0xffff_ffff);
export const collectionField = z.string();
export const bytesField = z.int().min(0);
/** Empty text for hard disks. */
export const diskTypeField = z.string();

/**
 * Checks a plan of `type`.
 * @throws AppError WK-TASK-PLAN that names the field.
 */
export function parsePlan<Plan>(type: string, schema: z.ZodType<Plan>, value: unknown): Plan {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? "the plan" : issue.path.join(".");
  throw new AppError("WK-TASK-PLAN", `A ${type} plan cannot be read: ${where}: ${issue?.message ?? "unknown"}.`);
}

/** Servers of wire sources or targets in order, each once; blanks are kept for the schema to refuse. */
export function nodesOf(places: readonly { readonly node?: string }[] | undefined): readonly string[] {
  return [...new Set((places ?? []).map((place) => place.node ?? ""))];
}

/** The volume of wire parameters: the task's own, else that of its first source (Go admins fill both). */
export function volumeIdOf(params: TaskParams__Output): number {
  return params.volume_id ?? params.sources?.[0]?.volume_id ?? 0;
}

/** The size a Go or our admin gives; 0 when it says nothing. */
export function sizeOf(params: TaskParams__Output): number {
  return Number(params.volume_size ?? params.sources?.[0]?.estimated_size ?? 0);
}

/** Address forms to the `host:port` identities that budgets count. A server that is written is not listed as read. */
export function needsOf(reads: readonly string[], writes: readonly string[]): ResourceNeeds {
  const written = new Set(writes.map(httpForm));
  const read = new Set(reads.map(httpForm).filter((server) => !written.has(server)));
  return { reads: [...read], writes: [...written] };
}
