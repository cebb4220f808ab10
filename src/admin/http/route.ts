import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { AppError } from "../../core/errors.ts";

/** Who asks, as far as it is known before there are users. */
export interface RequestContext {
  /** For `created by` and `set by`. */
  readonly by: string;
  readonly request: IncomingMessage;
}

export interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** One operation over HTTP: its schemas check what comes in, are what the OpenAPI document says, and type its handler. */
export interface Route {
  readonly method: "get" | "post" | "put" | "delete";
  /** Express form, for example `/api/v1/tasks/:id`. */
  readonly path: string;
  readonly summary: string;
  /** Status of success. */
  readonly status: number;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Absent: the body is not read. */
  readonly body: z.ZodType | undefined;
  readonly response: z.ZodType;
  /** Checks the input (WK-HTTP-INPUT names the field) and answers. */
  run(input: RawInput, context: RequestContext): Promise<unknown>;
}

interface RouteSpec<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Response extends z.ZodType,
> {
  readonly method: Route["method"];
  readonly path: string;
  readonly summary: string;
  readonly status?: number;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly response: Response;
  handle(
    input: { readonly params: z.output<Params>; readonly query: z.output<Query>; readonly body: z.output<Body> },
    context: RequestContext,
  ): Promise<z.input<Response>> | z.input<Response>;
}

/** Makes a route of its schemas and handler. An unknown parameter, query name or body field is refused. */
export function route<
  Params extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Query extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Body extends z.ZodType = z.ZodUndefined,
  Response extends z.ZodType = z.ZodType,
>(spec: RouteSpec<Params, Query, Body, Response>): Route {
  const params = spec.params ?? z.strictObject({});
  const query = spec.query ?? z.strictObject({});
  return {
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    status: spec.status ?? 200,
    params,
    query,
    body: spec.body,
    response: spec.response,
    run: async (raw, context) => {
      const input = {
        params: read("path", params, raw.params) as z.output<Params>,
        query: read("query", query, raw.query) as z.output<Query>,
        body: (spec.body === undefined ? undefined : read("body", spec.body, raw.body)) as z.output<Body>,
      };
      return spec.handle(input, context);
    },
  };
}

function read<Schema extends z.ZodType>(place: string, schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const field = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].join(".");
  const what = issue === undefined ? "cannot be read" : issue.message;
  const where = field === "" ? `The ${place}` : `${field} (${place})`;
  throw new AppError("WK-HTTP-INPUT", `${where}: ${what}.`, { details: { field: field === "" ? place : field } });
}
