import type { AdminConfig } from "../../config/admin-config.ts";
import { AppError, errorMessage } from "../../core/errors.ts";
import { type ConfigField, type ConfigValue, type ConfigValues, checkValues } from "../../tasks/config-schema.ts";
import { INHERITED } from "./setting-fields.ts";

/** Where a value comes from. */
type SettingSource =
  | { readonly kind: "default" }
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "file"; readonly place: string; readonly override: boolean }
  | { readonly kind: "page"; readonly by: string; readonly at: number };

export interface EffectiveSetting {
  readonly field: ConfigField;
  readonly value: ConfigValue;
  readonly source: SettingSource;
}

/** A value set on the page or over the API, as it is stored. */
export interface PageValue {
  readonly value: ConfigValue;
  readonly by: string;
  readonly at: number;
}

interface FileValue {
  readonly value: ConfigValue;
  readonly place: string;
  readonly override: boolean;
}

/** The checked values of one section of the file. Throws WK-CONFIG with the place of the first wrong key. */
export function fileValues(
  fields: readonly ConfigField[],
  file: AdminConfig,
  scope: string,
): ReadonlyMap<string, FileValue> {
  const override = file.overriding.includes(scope);
  const values = new Map<string, FileValue>();
  for (const setting of file.settings) {
    if (setting.scope !== scope) continue;
    let checked: ConfigValues;
    try {
      checked = checkValues(fields, { [setting.name]: plain(setting.value) });
    } catch (reason) {
      throw new AppError("WK-CONFIG", `${setting.place}: ${errorMessage(reason)}`, {
        cause: reason,
        hint: `Mend the key in the section [maintenance${scope === "global" ? "" : `.${scope}`}].`,
      });
    }
    for (const [name, value] of Object.entries(checked)) values.set(name, { value, place: setting.place, override });
  }
  return values;
}

/** Lists in a file become the comma list that the setting is. */
function plain(value: unknown): unknown {
  return Array.isArray(value) ? value.join(",") : value;
}

/** Default ← global setting ← file ← page; the file wins over the page where it says so. */
export function effectiveSettings(input: {
  readonly fields: readonly ConfigField[];
  readonly file: ReadonlyMap<string, FileValue>;
  readonly page: ReadonlyMap<string, PageValue>;
  /** The effective global settings, when these are the settings of a type. */
  readonly globals?: ReadonlyMap<string, EffectiveSetting>;
}): ReadonlyMap<string, EffectiveSetting> {
  const settings = new Map<string, EffectiveSetting>();
  for (const field of input.fields) settings.set(field.name, effectiveSetting(field, input));
  return settings;
}

function effectiveSetting(field: ConfigField, input: Parameters<typeof effectiveSettings>[0]): EffectiveSetting {
  const file = input.file.get(field.name);
  const page = input.page.get(field.name);
  if (page !== undefined && file?.override !== true) {
    return { field, value: page.value, source: { kind: "page", by: page.by, at: page.at } };
  }
  if (file !== undefined) {
    return { field, value: file.value, source: { kind: "file", place: file.place, override: file.override } };
  }
  const inherited = INHERITED[field.name];
  const global = inherited === undefined ? undefined : input.globals?.get(inherited.from);
  if (global !== undefined && global.source.kind !== "default" && global.value !== inherited?.unset) {
    return { field, value: global.value, source: { kind: "global", name: global.field.name } };
  }
  return { field, value: field.default, source: { kind: "default" } };
}

/** One phrase for people: where a value comes from. */
export function sourceText(source: SettingSource): string {
  switch (source.kind) {
    case "default":
      return "default";
    case "global":
      return `global setting ${source.name}`;
    case "file":
      return source.override ? `${source.place} (override)` : source.place;
    case "page":
      return `set by ${source.by} at ${new Date(source.at).toISOString()}`;
  }
}
