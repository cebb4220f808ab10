import { type ConfigField, type ConfigValues, commonFields, defaultValues } from "../config-schema.ts";
import { SCOPE_FIELDS } from "../planning/scope.ts";

export const balanceConfig: readonly ConfigField[] = [
  ...commonFields({ scanIntervalSeconds: 1800, maxConcurrent: 16, retryBackoffSeconds: 15 }),
  {
    name: "imbalance_threshold",
    kind: "float",
    default: 0.2,
    min: 0,
    max: 1,
    unit: "ratio",
    help: "Distance between the fullest and the emptiest server, as a share of the mean use, from which volumes move.",
  },
  {
    name: "min_server_count",
    kind: "int",
    default: 2,
    min: 2,
    max: 100_000,
    help: "Servers with a disk type below which its volumes are left where they are.",
  },
  ...SCOPE_FIELDS,
];

export interface BalanceSettings {
  readonly threshold: number;
  readonly minServers: number;
}

const DEFAULTS = defaultValues(balanceConfig);

export function compileBalance(config: ConfigValues): BalanceSettings {
  const number = (name: string): number => Number(config[name] ?? DEFAULTS[name]);
  return Object.freeze({ threshold: number("imbalance_threshold"), minServers: number("min_server_count") });
}
