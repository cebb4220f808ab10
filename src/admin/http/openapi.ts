import { z } from "zod";
import type { JsonObject } from "../../core/json.ts";
import type { Route } from "./route.ts";

/** The OpenAPI 3.1 document of a set of routes, made of the schemas they are checked with. */
export function openApiOf(
  routes: readonly Route[],
  info: { readonly title: string; readonly version: string },
): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  const schemas = new Schemas();
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: operation(route, schemas) };
  }
  return {
    openapi: "3.1.0",
    info,
    // Relative: the document works under any -urlPrefix.
    servers: [{ url: "../.." }],
    paths,
    components: { schemas: { Error: ERROR_SCHEMA, ...schemas.shared } },
  };
}

function operation(route: Route, schemas: Schemas): JsonObject {
  return {
    summary: route.summary,
    parameters: [...parameters("path", route.params, schemas), ...parameters("query", route.query, schemas)],
    ...(route.body === undefined
      ? {}
      : {
          requestBody: { required: true, content: { "application/json": { schema: schemas.of(route.body, "input") } } },
        }),
    responses: {
      [route.status]: {
        description: "Success.",
        content: { "application/json": { schema: schemas.of(route.response, "output") } },
      },
      default: {
        description: "Failure.",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}

function parameters(place: "path" | "query", schema: z.ZodObject, schemas: Schemas): readonly JsonObject[] {
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: place,
    required: place === "path" || !z.safeParse(field as z.ZodType, undefined).success,
    schema: schemas.of(field as z.ZodType, "input"),
  }));
}

/** Schemas with an id are kept once, under components; zod would repeat them inside every schema that uses them. */
class Schemas {
  readonly shared: Record<string, JsonObject> = {};

  of(schema: z.ZodType, io: "input" | "output"): JsonObject {
    const text = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: "any" }));
    const {
      $schema: _dialect,
      $defs = {},
      ...rest
    } = JSON.parse(text.replaceAll("#/$defs/", "#/components/schemas/")) as {
      readonly $schema?: string;
      readonly $defs?: Readonly<Record<string, JsonObject>>;
    } & JsonObject;
    Object.assign(this.shared, $defs);
    return rest;
  }
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
