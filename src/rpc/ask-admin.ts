import { z } from "zod";
import { AppError, errorMessage } from "../core/errors.ts";

const LIMIT_MS = 30_000;

const refusalSchema = z.object({ error: z.string(), hint: z.string().optional() });

/** A request to the HTTP API of an admin. */
export interface AdminQuestion<Body> {
  /** For example `http://127.0.0.1:23646`. */
  readonly admin: string;
  /** For example `/api/v1/tasks`. */
  readonly path: string;
  /** What the answer must be: a field that changed is an error and no blank. */
  readonly answer: z.ZodType<Body>;
  /** Present: a POST with this body. */
  readonly post?: Readonly<Record<string, unknown>>;
}

/** @throws AppError WK-ADMIN-API with the admin's own words, or why it cannot be asked. */
export async function askAdmin<Body>(question: AdminQuestion<Body>): Promise<Body> {
  const { admin, path, answer, post } = question;
  let status: number;
  let json: unknown;
  try {
    const response = await fetch(admin + path, {
      signal: AbortSignal.timeout(LIMIT_MS),
      ...(post === undefined
        ? {}
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(post) }),
    });
    status = response.status;
    json = await response.json();
  } catch (reason) {
    const cause = reason instanceof Error && reason.cause instanceof Error ? reason.cause : reason;
    throw new AppError("WK-ADMIN-API", `The admin at ${admin} cannot be asked: ${errorMessage(cause)}.`, {
      cause: reason,
    });
  }
  if (status >= 400) {
    const refusal = refusalSchema.safeParse(json);
    const { error, hint } = refusal.success ? refusal.data : { error: `${path} answered ${status}.`, hint: undefined };
    throw new AppError("WK-ADMIN-API", error, hint === undefined ? {} : { hint });
  }
  const parsed = answer.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new AppError("WK-ADMIN-API", `The answer of ${admin} to ${path} is not as expected: ${parsed.error.message}.`, {
    hint: "Is it an admin of this release?",
  });
}
