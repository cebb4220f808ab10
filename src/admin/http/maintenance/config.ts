import { z } from "zod";
import { AppError } from "../../../core/errors.ts";
import type { ConfigValue } from "../../../tasks/config-schema.ts";
import { GLOBAL_SCOPE } from "../../services/policy-service.ts";
import type { AdminApi } from "../admin-api.ts";
import { type Route, route } from "../route.ts";
import { settingJson } from "../v1/json.ts";
import { changesSchema, settingSchema } from "../v1/schemas.ts";
import { isoOrNull } from "./json.ts";
import { doneSchema, legacyStatsSchema } from "./schemas.ts";
import { legacyStats } from "./stats.ts";

/** Names that 4.13 keeps under `policy`; each is one of our global settings. */
const POLICY_NAMES: Readonly<Record<string, string>> = {
  global_max_concurrent: "global_max_concurrent",
  default_repeat_interval_seconds: "default_repeat_interval_seconds",
  default_check_interval_seconds: "scan_interval_seconds",
};

/** Names of 4.13's task policy that are called otherwise here. */
const TASK_POLICY_NAMES: Readonly<Record<string, string>> = { check_interval_seconds: "scan_interval_seconds" };

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const values = z.record(z.string(), value);

const configSchema = z.record(z.string(), z.unknown()).meta({
  description: "The global settings by name; under policy those that 4.13 keeps there, and task_policies",
});

const taskConfigSchema = z.object({
  task_type: z.string(),
  display_name: z.string(),
  description: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  settings: z.array(settingSchema),
});

export function maintenanceConfigRoutes(api: AdminApi): readonly Route[] {
  const byType = z.strictObject({ taskType: z.enum([...api.types.keys()]) });
  return [
    route({
      method: "get",
      path: "/api/maintenance/config",
      summary: "Settings of the admin as a whole, in the form of 4.13.",
      response: z.object({
        config: configSchema,
        settings: z.array(settingSchema),
        is_enabled: z.boolean(),
        last_scan_time: z.iso.datetime().nullable(),
        next_scan_time: z.iso.datetime().nullable(),
        system_stats: legacyStatsSchema,
        menu_items: z.array(
          z.object({
            task_type: z.string(),
            display_name: z.string(),
            description: z.string(),
            icon: z.string(),
            is_enabled: z.boolean(),
            path: z.string(),
          }),
        ),
      }),
      handle: async () => {
        const stats = await api.stats.stats();
        return {
          config: legacyConfig(api),
          settings: api.policy.settings(GLOBAL_SCOPE).map(settingJson),
          is_enabled: api.policy.global.enabled,
          last_scan_time: isoOrNull(stats.lastScanAt),
          next_scan_time: isoOrNull(stats.nextScanAt),
          system_stats: legacyStats(stats),
          menu_items: [...api.types.values()].map((type) => ({
            task_type: type.type,
            display_name: type.displayName,
            description: type.description,
            icon: "",
            is_enabled: api.policy.type(type.type).enabled,
            path: `api/maintenance/config/${type.type}`,
          })),
        };
      },
    }),
    route({
      method: "put",
      path: "/api/maintenance/config",
      summary: "Changes settings; a name that is left out keeps its value, null puts one back.",
      body: z
        .object({
          policy: z
            .object({ task_policies: z.record(z.string(), values).optional() })
            .catchall(value)
            .optional(),
        })
        .catchall(value),
      response: doneSchema,
      handle: async ({ body }, { by }) => {
        const { policy = {}, ...top } = body;
        const { task_policies: taskPolicies = {}, ...rest } = policy;
        const changes = onlyChanged(api, GLOBAL_SCOPE, renamed(rest, POLICY_NAMES), top);
        const byTask = Object.entries(taskPolicies).map(([type, given]) => ({
          scope: type,
          input: onlyChanged(api, type, renamed(given, TASK_POLICY_NAMES)),
        }));
        await api.policy.change([{ scope: GLOBAL_SCOPE, input: changes }, ...byTask], by);
        return { success: true as const, message: "The settings are saved and hold from now on." };
      },
    }),
    route({
      method: "get",
      path: "/api/maintenance/config/:taskType",
      summary: "Settings of one task type, each with its range and where its value comes from.",
      params: byType,
      response: taskConfigSchema,
      handle: ({ params }) => taskConfig(api, params.taskType),
    }),
    route({
      method: "put",
      path: "/api/maintenance/config/:taskType",
      summary: "Changes settings of one task type; out of range is refused with the field's name.",
      params: byType,
      body: changesSchema,
      response: doneSchema.extend({ config: taskConfigSchema }),
      handle: async ({ params, body }, { by }) => {
        await api.policy.change([{ scope: params.taskType, input: body }], by);
        const message = `The settings of ${params.taskType} are saved and hold from now on.`;
        return { success: true as const, message, config: taskConfig(api, params.taskType) };
      },
    }),
  ];
}

function taskConfig(api: AdminApi, type: string): z.input<typeof taskConfigSchema> {
  const settings = api.policy.settings(type);
  const definition = api.types.get(type);
  return {
    task_type: type,
    display_name: definition?.displayName ?? type,
    description: definition?.description ?? "",
    values: Object.fromEntries(settings.map((setting) => [setting.field.name, setting.value])),
    settings: settings.map(settingJson),
  };
}

function legacyConfig(api: AdminApi): z.input<typeof configSchema> {
  const settings = api.policy.settings(GLOBAL_SCOPE);
  const all = Object.fromEntries(settings.map((setting) => [setting.field.name, setting.value]));
  const inPolicy = Object.entries(POLICY_NAMES).map(([legacy, ours]) => [legacy, all[ours] ?? 0] as const);
  const top = Object.entries(all).filter(([name]) => POLICY_NAMES[name] === undefined);
  const taskPolicies = [...api.types.keys()].map((type) => {
    const its = api.policy.settings(type).map((setting) => [setting.field.name, setting.value] as const);
    const legacy = Object.fromEntries(its);
    return [type, { ...legacy, check_interval_seconds: legacy["scan_interval_seconds"] ?? 0 }] as const;
  });
  return {
    ...Object.fromEntries(top),
    policy: { ...Object.fromEntries(inPolicy), task_policies: Object.fromEntries(taskPolicies) },
  };
}

type Changes = Readonly<Record<string, ConfigValue | null>>;

function renamed(
  given: Changes,
  names: Readonly<Record<string, string>>,
): readonly (readonly [string, ConfigValue | null])[] {
  return Object.entries(given).map(([name, one]) => [names[name] ?? name, one]);
}

/**
 * Clients of 4.13 read the whole form, change a line and send all of it back: only what differs from now is a change,
 * so that the rest keeps its source. One setting under two names may not be changed to two values.
 */
function onlyChanged(
  api: AdminApi,
  scope: string,
  given: readonly (readonly [string, ConfigValue | null])[],
  more: Changes = {},
): Changes {
  const now = new Map(api.policy.settings(scope).map((setting) => [setting.field.name, setting.value]));
  const changes = new Map<string, ConfigValue | null>();
  for (const [name, one] of [...given, ...Object.entries(more)]) {
    if (now.get(name) === one) continue;
    if (changes.has(name) && changes.get(name) !== one) {
      throw new AppError("WK-CONFIG-VALUE", `${name} is set twice, to ${changes.get(name)} and to ${one}.`, {
        details: { field: name },
        hint: "Two names stand for the same setting: change one of them.",
      });
    }
    changes.set(name, one);
  }
  return Object.fromEntries(changes);
}
