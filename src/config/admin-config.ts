import { AppError } from "../core/errors.ts";
import { unknownKey } from "./known-keys.ts";
import { type ConfigSearch, type ConfigValue, ENV_PREFIX, environmentOf, readTomlFile } from "./toml-file.ts";

/** One key of `[maintenance]` (scope `global`) or of `[maintenance.<type>]` (scope: the type). */
interface AdminSetting {
  readonly scope: string;
  readonly name: string;
  /** As it stands in the file; text when it comes from the environment. Its task type checks it. */
  readonly value: unknown;
  /** `/etc/seaweedfs/admin.toml:12`, or the name of an environment variable. */
  readonly place: string;
}

/** What we read of `admin.toml`. */
export interface AdminConfig {
  /** Absent: no file was found. */
  readonly path: string | undefined;
  readonly settings: readonly AdminSetting[];
  /** Scopes whose section says `override = true`: there the file wins over what was set on the page. */
  readonly overriding: readonly string[];
}

const ROOT = "maintenance";
const OVERRIDE = "override";

/**
 * Reads `admin.toml` and its `WEED_MAINTENANCE_` variables. Names of sections are checked here, names and
 * values of settings by the task types.
 * @param taskTypes sections that may stand below `maintenance`.
 * @throws AppError WK-CONFIG with file and line.
 */
export function readAdminConfig(search: ConfigSearch, taskTypes: readonly string[]): AdminConfig {
  const file = readTomlFile("admin", search);
  const settings = new Map<string, AdminSetting>();
  const add = (setting: AdminSetting): unknown => settings.set(`${setting.scope}.${setting.name}`, setting);
  for (const value of file.values) add(fromFile(value, taskTypes));
  for (const setting of fromEnvironment(search, taskTypes)) add(setting);

  const all = [...settings.values()];
  return {
    path: file.path,
    settings: all.filter((setting) => setting.name !== OVERRIDE),
    overriding: all.filter((setting) => setting.name === OVERRIDE && isOn(setting)).map((setting) => setting.scope),
  };
}

function fromFile(value: ConfigValue, taskTypes: readonly string[]): AdminSetting {
  const [root = "", second = "", third, ...rest] = value.key.split(".");
  const sections = [ROOT, ...taskTypes.map((type) => `${ROOT}.${type}`)];
  if (root !== ROOT || second === "" || rest.length > 0) throw unknownKey(value, sections);
  if (third === undefined) return { scope: "global", name: second, value: value.value, place: value.place };
  if (!taskTypes.includes(second)) throw unknownKey({ ...value, key: `${ROOT}.${second}` }, sections);
  return { scope: second, name: third, value: value.value, place: value.place };
}

/** WEED_MAINTENANCE_VACUUM_GARBAGE_THRESHOLD: the longest section that fits, then the setting. */
function* fromEnvironment(search: ConfigSearch, taskTypes: readonly string[]): Generator<AdminSetting> {
  const prefix = `${ENV_PREFIX}${ROOT.toUpperCase()}_`;
  const types = [...taskTypes].sort((a, b) => b.length - a.length);
  for (const [variable, value] of Object.entries(environmentOf(search))) {
    if (value === undefined || value === "" || !variable.startsWith(prefix)) continue;
    const rest = variable.slice(prefix.length).toLowerCase();
    const scope = types.find((type) => rest.startsWith(`${type}_`));
    const name = scope === undefined ? rest : rest.slice(scope.length + 1);
    yield { scope: scope ?? "global", name, value, place: variable };
  }
}

function isOn(setting: AdminSetting): boolean {
  if (setting.value === true || setting.value === "true") return true;
  if (setting.value === false || setting.value === "false") return false;
  throw new AppError("WK-CONFIG", `${setting.place}: ${OVERRIDE} must be true or false.`);
}
