import { errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { type ConfigField, checkValues } from "../../tasks/config-schema.ts";
import type { SettingRow } from "../store/store.ts";
import type { PageValue } from "./settings-layers.ts";

/** What can be paused by name. Servers are `host:port`. */
export interface PauseTarget {
  readonly kind: "type" | "collection" | "server" | "worker";
  readonly name: string;
}

export interface Pause extends PauseTarget {
  readonly by: string;
  /** Unix ms. */
  readonly at: number;
}

/** The rows of the setting table, sorted out. */
export interface StoredSettings {
  /** By scope, then by name. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, PageValue>>;
  readonly pauses: readonly Pause[];
  readonly emergencyStop: { readonly by: string; readonly at: number } | undefined;
}

/**
 * Reads the stored rows. A value that this release does not know or does not allow any more is left out with a
 * warning: it was right when it was set, and an admin that does not start helps nobody.
 */
export function storedSettings(
  rows: readonly SettingRow[],
  fieldsByScope: ReadonlyMap<string, readonly ConfigField[]>,
  logger: Logger,
): StoredSettings {
  const values = new Map<string, Map<string, PageValue>>();
  const pauses: Pause[] = [];
  let emergencyStop: StoredSettings["emergencyStop"];
  for (const row of rows) {
    if (row.scope === "emergency") emergencyStop = { by: row.updatedBy, at: row.updatedAt };
    else if (row.scope === "pause") pauses.push({ ...pauseTarget(row.name), by: row.updatedBy, at: row.updatedAt });
    else {
      const fields = fieldsByScope.get(row.scope);
      if (fields === undefined) continue;
      try {
        const page = values.get(row.scope) ?? new Map<string, PageValue>();
        for (const [name, value] of Object.entries(checkValues(fields, { [row.name]: row.value })))
          page.set(name, { value, by: row.updatedBy, at: row.updatedAt });
        values.set(row.scope, page);
      } catch (reason) {
        logger.warn("a stored setting is left out", { scope: row.scope, name: row.name, why: errorMessage(reason) });
      }
    }
  }
  return { values, pauses, emergencyStop };
}

function pauseTarget(text: string): PauseTarget {
  const [kind, name] = [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)];
  if (kind === "collection" || kind === "server" || kind === "worker") return { kind, name };
  return { kind: "type", name };
}
