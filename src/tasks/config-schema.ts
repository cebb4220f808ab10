import { AppError } from "../core/errors.ts";
import { nearestWord } from "../core/nearest-word.ts";

export type ConfigValue = string | number | boolean;
export type ConfigValues = Readonly<Record<string, ConfigValue>>;

/** One setting of a task type. Names and JSON types are those of SeaweedFS where it has the setting. */
export interface ConfigField {
  readonly name: string;
  readonly kind: "bool" | "int" | "float" | "string" | "choice";
  readonly default: ConfigValue;
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly string[];
  /** What a text must look like, and how that is said. */
  readonly pattern?: { readonly test: RegExp; readonly words: string };
  /** `s`, `MB`, `ratio`, … for pages and docs. */
  readonly unit?: string;
  readonly help: string;
  /** Names under which older releases knew it. */
  readonly aliases?: readonly string[];
}

/** Settings that every task type has; a type states its own defaults. */
export interface CommonDefaults {
  readonly scanIntervalSeconds: number;
  readonly maxConcurrent: number;
  readonly retryBackoffSeconds: number;
}

export function commonFields(defaults: CommonDefaults): readonly ConfigField[] {
  return [
    { name: "enabled", kind: "bool", default: true, help: "Whether due work of this type is planned and handed out." },
    {
      name: "scan_interval_seconds",
      kind: "int",
      default: defaults.scanIntervalSeconds,
      min: 1,
      max: 86_400,
      unit: "s",
      help: "How often the cluster is looked over for due work.",
    },
    {
      name: "max_concurrent",
      kind: "int",
      default: defaults.maxConcurrent,
      min: 1,
      max: 1000,
      help: "Attempts of this type running at once in the whole cluster.",
    },
    {
      name: "max_concurrent_per_worker",
      kind: "int",
      default: 4,
      min: 1,
      max: 100,
      help: "Attempts of this type running at once on one worker.",
    },
    {
      name: "max_concurrent_per_server",
      kind: "int",
      default: 1,
      min: 1,
      max: 100,
      help: "Attempts of this type that may touch one volume server at once.",
    },
    {
      name: "retry_limit",
      kind: "int",
      default: 3,
      min: 0,
      max: 100,
      help: "How often a failed task is tried again before it is dead.",
    },
    {
      name: "retry_backoff_seconds",
      kind: "int",
      default: defaults.retryBackoffSeconds,
      min: 1,
      max: 86_400,
      unit: "s",
      help: "Pause before the first retry; doubles each time, with jitter.",
    },
    {
      name: "task_timeout_seconds",
      kind: "int",
      default: 7200,
      min: 10,
      max: 604_800,
      unit: "s",
      help: "Longest time one attempt may run before it is cancelled (not past its commit point).",
    },
  ];
}

export function defaultValues(fields: readonly ConfigField[]): ConfigValues {
  return Object.fromEntries(fields.map((field) => [field.name, field.default]));
}

/**
 * Checks a partial set of values. Aliases become names, numbers in text become numbers.
 * Throws WK-CONFIG-VALUE naming the field, its range and the nearest valid word.
 */
export function checkValues(fields: readonly ConfigField[], input: Readonly<Record<string, unknown>>): ConfigValues {
  const byName = new Map<string, ConfigField>();
  for (const field of fields) {
    byName.set(field.name, field);
    for (const alias of field.aliases ?? []) byName.set(alias, field);
  }
  const checked: Record<string, ConfigValue> = {};
  for (const [key, value] of Object.entries(input)) {
    const field = byName.get(key);
    if (field === undefined) {
      const near = nearestWord(key, [...byName.keys()]);
      throw new AppError("WK-CONFIG-VALUE", `There is no setting "${key}"${near ? `; did you mean "${near}"?` : "."}`, {
        details: { field: key },
      });
    }
    checked[field.name] = checkValue(field, value);
  }
  return checked;
}

function checkValue(field: ConfigField, value: unknown): ConfigValue {
  const wrong = (expected: string): AppError =>
    new AppError("WK-CONFIG-VALUE", `${field.name} is ${JSON.stringify(value)}; it must be ${expected}.`, {
      details: { field: field.name },
    });
  switch (field.kind) {
    case "bool":
      if (typeof value === "boolean") return value;
      if (value === "true" || value === "false") return value === "true";
      throw wrong("true or false");
    case "int":
    case "float": {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      const range = `${field.kind === "int" ? "a whole number" : "a number"} from ${field.min ?? "any"} to ${field.max ?? "any"}${field.unit ? ` (${field.unit})` : ""}`;
      if (typeof number !== "number" || !Number.isFinite(number)) throw wrong(range);
      if (field.kind === "int" && !Number.isSafeInteger(number)) throw wrong(range);
      if (number < (field.min ?? -Infinity) || number > (field.max ?? Infinity)) throw wrong(range);
      return number;
    }
    case "choice":
      if (typeof value === "string" && (field.choices ?? []).includes(value)) return value;
      throw wrong(`one of ${(field.choices ?? []).join(", ")}`);
    case "string":
      if (typeof value !== "string") throw wrong("text");
      if (field.pattern?.test.test(value) === false) throw wrong(field.pattern.words);
      return value;
  }
}
