import { z } from "zod";
import type { JsonObject } from "../../core/json.ts";
import type { Route } from "./route.ts";

/** The OpenAPI 3.1 document of a set of routes, made of the schemas they are checked with. */
export function openApiOf(
  routes: readonly Route[],
  info: { readonly title: string; readonly version: string },
): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: "3.1.0",
    info,
    // Relative: the document works under any -urlPrefix.
    servers: [{ url: "../.." }],
    paths,
    components: { schemas: { Error: ERROR_SCHEMA } },
  };
}

function operation(route: Route): JsonObject {
  return {
    summary: route.summary,
    parameters: [...parameters("path", route.params), ...parameters("query", route.query)],
    ...(route.body === undefined
      ? {}
      : {
          requestBody: { required: true, content: { "application/json": { schema: jsonSchema(route.body, "input") } } },
        }),
    responses: {
      [route.status]: {
        description: "Success.",
        content: { "application/json": { schema: jsonSchema(route.response, "output") } },
      },
      default: {
        description: "Failure.",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}

function parameters(place: "path" | "query", schema: z.ZodObject): readonly JsonObject[] {
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: place,
    required: place === "path" || !z.safeParse(field as z.ZodType, undefined).success,
    schema: jsonSchema(field as z.ZodType, "input"),
  }));
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest as JsonObject;
}

const ERROR_SCHEMA: JsonObject = {
  type: "object",
  required: ["error", "code"],
  properties: {
    error: { type: "string", description: "A sentence for people." },
    code: { type: "string", description: "Stable, WK-…" },
    hint: { type: "string", description: "What to do." },
    field: { type: "string", description: "The field or setting that is wrong." },
  },
};
