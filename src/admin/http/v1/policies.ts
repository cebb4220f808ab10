import { z } from "zod";
import { GLOBAL_SCOPE } from "../../services/policy-service.ts";
import type { AdminApi } from "../admin-api.ts";
import { type Route, route } from "../route.ts";
import { holdsJson, scanJson, settingJson } from "./json.ts";
import { changesSchema, holdsSchema, pauseSchema, policySchema, scanSchema, settingSchema } from "./schemas.ts";

export function policyRoutes(api: AdminApi): readonly Route[] {
  const { policy } = api;
  const type = z.enum([...api.types.keys()]);
  const policyJson = (name: string): z.input<typeof policySchema> => {
    const definition = api.types.get(name);
    return {
      type: name,
      displayName: definition?.displayName ?? name,
      description: definition?.description ?? "",
      enabled: policy.type(name).enabled,
      closed: policy.closedBecause(name)?.text ?? null,
      settings: policy.settings(name).map(settingJson),
    };
  };
  const globalJson = () => ({ settings: policy.settings(GLOBAL_SCOPE).map(settingJson) });
  return [
    route({
      method: "get",
      path: "/api/v1/policies",
      summary: "Settings of every task type, each value with where it comes from.",
      response: z.object({ policies: z.array(policySchema) }),
      handle: () => ({ policies: [...api.types.keys()].map(policyJson) }),
    }),
    route({
      method: "get",
      path: "/api/v1/policies/:type",
      summary: "Settings of one task type.",
      params: z.strictObject({ type }),
      response: policySchema,
      handle: ({ params }) => policyJson(params.type),
    }),
    route({
      method: "put",
      path: "/api/v1/policies/:type",
      summary: "Changes settings of one task type; takes effect at once.",
      params: z.strictObject({ type }),
      body: changesSchema,
      response: policySchema,
      handle: async ({ params, body }, { by }) => {
        await policy.change([{ scope: params.type, input: body }], by);
        return policyJson(params.type);
      },
    }),
    route({
      method: "get",
      path: "/api/v1/settings",
      summary: "Settings of the admin as a whole.",
      response: z.object({ settings: z.array(settingSchema) }),
      handle: globalJson,
    }),
    route({
      method: "put",
      path: "/api/v1/settings",
      summary: "Changes settings of the admin as a whole; takes effect at once.",
      body: changesSchema,
      response: z.object({ settings: z.array(settingSchema) }),
      handle: async ({ body }, { by }) => {
        await policy.change([{ scope: GLOBAL_SCOPE, input: body }], by);
        return globalJson();
      },
    }),
    route({
      method: "get",
      path: "/api/v1/holds",
      summary: "What is held back now: emergency stop, pauses, servers that are not well.",
      response: holdsSchema,
      handle: () => holdsJson(policy),
    }),
    route({
      method: "put",
      path: "/api/v1/emergency-stop",
      summary: "Stops every task before its next destructive step, or releases the stop. Survives a restart.",
      body: z.strictObject({ on: z.boolean() }),
      response: holdsSchema,
      handle: async ({ body }, { by }) => {
        await policy.setEmergencyStop(body.on, by);
        return holdsJson(policy);
      },
    }),
    route({
      method: "put",
      path: "/api/v1/pauses",
      summary: "Pauses or resumes a task type, a collection or a server (host:port). Running tasks finish.",
      body: pauseSchema.extend({ paused: z.boolean() }).strict(),
      response: holdsSchema,
      handle: async ({ body: { kind, name, paused } }, { by }) => {
        if (paused) await policy.pause({ kind, name }, by);
        else await policy.resume({ kind, name });
        return holdsJson(policy);
      },
    }),
    route({
      method: "get",
      path: "/api/v1/scans",
      summary: "The last and the next scan of every task type.",
      response: z.object({ scans: z.array(scanSchema) }),
      handle: () => ({ scans: api.scans.status().map(scanJson) }),
    }),
    route({
      method: "post",
      path: "/api/v1/scans",
      summary: "Scans now, one type or all; answers when the scan has ended.",
      body: z.strictObject({ type: type.optional() }),
      response: z.object({ scans: z.array(scanSchema) }),
      handle: async ({ body }) => {
        const scans = body.type === undefined ? await api.scans.scanAll() : [await api.scans.scan(body.type)];
        return { scans: scans.map(scanJson) };
      },
    }),
  ];
}
