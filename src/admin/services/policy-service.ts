import pLimit from "p-limit";
import type { AdminConfig } from "../../config/admin-config.ts";
import type { Clock } from "../../core/clock.ts";
import { AppError, errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { type ConfigField, checkValues } from "../../tasks/config-schema.ts";
import type { AdminEvents } from "../events.ts";
import type { WorkersPort } from "../sessions/worker-view.ts";
import type { SettingRow, Store } from "../store/store.ts";
import { compileGlobal, compileType, type GlobalPolicy, type TypePolicy } from "./policy.ts";
import { buildQueueRules, closedBecause, type Holds, nextWindowChange } from "./queue-rules.ts";
import { GLOBAL_FIELDS, SCHEDULE_FIELDS } from "./setting-fields.ts";
import { type EffectiveSetting, effectiveSettings, fileValues } from "./settings-layers.ts";
import { type Pause, type PauseTarget, type StoredSettings, storedSettings } from "./stored-settings.ts";

/** Windows and clock jumps are looked at no later than this. */
const LONGEST_TIMER_MS = 600_000;

/** What the policy knows of a task type. */
export interface TypeInfo {
  readonly type: string;
  readonly config: readonly ConfigField[];
}

export interface PolicyServiceDeps {
  readonly store: Store;
  readonly types: readonly TypeInfo[];
  /** `admin.toml`. */
  readonly file: AdminConfig;
  readonly workers: Pick<WorkersPort, "wake">;
  readonly events: AdminEvents;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Values of one scope: `global` or a type. */
export interface ScopeChange {
  readonly scope: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Compiled {
  readonly globals: ReadonlyMap<string, EffectiveSetting>;
  readonly global: GlobalPolicy;
  readonly types: ReadonlyMap<
    string,
    { readonly settings: ReadonlyMap<string, EffectiveSetting>; readonly policy: TypePolicy }
  >;
}

export const GLOBAL_SCOPE = "global";

/**
 * The settings that hold now, where each comes from, and what an operator holds back. Every change is on disk before
 * it counts, and the queue goes by it from its next claim on.
 */
export class PolicyService {
  readonly #deps: PolicyServiceDeps;
  readonly #serial = pLimit(1);
  #stored: StoredSettings;
  #compiled: Compiled;
  #unwell: ReadonlyMap<string, string> = new Map();
  #observeOnly: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  private constructor(deps: PolicyServiceDeps, stored: StoredSettings) {
    this.#deps = deps;
    this.#stored = stored;
    this.#compiled = this.#compile(stored);
  }

  /** Reads what is stored, checks the file (WK-CONFIG names its line) and gives the queue its first rules. */
  static async open(deps: PolicyServiceDeps): Promise<PolicyService> {
    const service = new PolicyService(
      deps,
      storedSettings(await deps.store.settings(null), fieldsByScope(deps), deps.logger),
    );
    await service.#serial(() => service.#applyRules());
    return service;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  get global(): GlobalPolicy {
    return this.#compiled.global;
  }

  /** Throws WK-CONFIG-VALUE for an unknown type. */
  type(type: string): TypePolicy {
    return this.#entry(type).policy;
  }

  types(): readonly TypePolicy[] {
    return [...this.#compiled.types.values()].map((entry) => entry.policy);
  }

  /** Every setting of a scope (`global` or a type) with its value and where it comes from. */
  settings(scope: string): readonly EffectiveSetting[] {
    return [...(scope === GLOBAL_SCOPE ? this.#compiled.globals : this.#entry(scope).settings).values()];
  }

  holds(): Holds {
    const paused = (kind: PauseTarget["kind"]): ReadonlySet<string> =>
      new Set(this.#stored.pauses.filter((pause) => pause.kind === kind).map((pause) => pause.name));
    return {
      emergencyStop: this.#stored.emergencyStop !== undefined,
      pausedTypes: paused("type"),
      pausedServers: paused("server"),
      pausedCollections: paused("collection"),
      pausedWorkers: paused("worker"),
      unwell: this.#unwell,
      observeOnly: this.#observeOnly,
    };
  }

  pauses(): readonly Pause[] {
    return this.#stored.pauses;
  }

  /** Who pulled the emergency stop and when; undefined while it is not pulled. */
  emergencyStop(): { readonly by: string; readonly at: number } | undefined {
    return this.#stored.emergencyStop;
  }

  /** Why tasks of a type are not handed out now; undefined when they are. */
  closedBecause(type: string): { readonly rule: string; readonly text: string } | undefined {
    return closedBecause(this.global, this.type(type), this.holds(), this.#deps.clock.now());
  }

  /**
   * Sets values of one scope or several; `null` puts one back to its default or file value. Nothing is changed when
   * one is wrong: WK-CONFIG-VALUE names the field.
   */
  async change(changes: readonly ScopeChange[], by: string): Promise<void> {
    await this.#serial(async () => {
      const at = this.#deps.clock.now();
      const values = new Map(this.#stored.values);
      const rows: Omit<SettingRow, "updatedAt">[] = [];
      const drops: { readonly scope: string; readonly name: string }[] = [];
      for (const { scope, input } of changes) {
        const { set, dropped } = this.#checked(scope, input);
        const kept = [...(values.get(scope) ?? [])].filter(([name]) => !dropped.includes(name));
        values.set(scope, new Map([...kept, ...set.map(([name, value]) => [name, { value, by, at }] as const)]));
        rows.push(...set.map(([name, value]) => ({ scope, name, value, updatedBy: by })));
        drops.push(...dropped.map((name) => ({ scope, name })));
      }
      // What does not compile (a cron line, a list of types) is refused before anything is written.
      this.#compile({ ...this.#stored, values });
      if (rows.length > 0) await this.#deps.store.putSettings(rows);
      for (const drop of drops) await this.#deps.store.dropSetting(drop);
      await this.#reload();
      this.#deps.logger.info("settings changed", { by, changes });
    });
  }

  #checked(scope: string, input: ScopeChange["input"]) {
    const fields = this.#fields(scope);
    const given = Object.entries(input);
    const set = Object.entries(checkValues(fields, Object.fromEntries(given.filter(([, value]) => value !== null))));
    for (const [name] of set) this.#refuseOverridden(scope, name);
    const dropped = given.filter(([, value]) => value === null).map(([name]) => canonicalName(fields, name));
    return { set, dropped };
  }

  async pause(target: PauseTarget, by: string): Promise<void> {
    if (target.kind === "type") this.#entry(target.name);
    await this.#put({ scope: "pause", name: `${target.kind}:${target.name}`, value: true, updatedBy: by });
  }

  /** A target that is not paused is a success. */
  async resume(target: PauseTarget): Promise<void> {
    await this.#drop({ scope: "pause", name: `${target.kind}:${target.name}` });
  }

  /** Stops every type before its next destructive step, until it is released; survives a restart. */
  async setEmergencyStop(on: boolean, by: string): Promise<void> {
    this.#deps.logger.warn(on ? "emergency stop" : "emergency stop released", { by });
    if (on) await this.#put({ scope: "emergency", name: "stop", value: true, updatedBy: by });
    else await this.#drop({ scope: "emergency", name: "stop" });
  }

  /** Servers that get no new work, with why: from the health gate. */
  async setUnwell(unwell: ReadonlyMap<string, string>): Promise<void> {
    await this.#serial(async () => {
      this.#unwell = unwell;
      await this.#announce();
    });
  }

  /** While `why` is set nothing is enqueued by scans or handed out. */
  async setObserveOnly(why: string | undefined): Promise<void> {
    await this.#serial(async () => {
      if (why === this.#observeOnly) return;
      this.#observeOnly = why;
      await this.#announce();
    });
  }

  #put(row: Omit<SettingRow, "updatedAt">): Promise<void> {
    return this.#serial(async () => {
      await this.#deps.store.putSettings([row]);
      await this.#reload();
    });
  }

  #drop(key: { readonly scope: string; readonly name: string }): Promise<void> {
    return this.#serial(async () => {
      await this.#deps.store.dropSetting(key);
      await this.#reload();
    });
  }

  async #reload(): Promise<void> {
    const rows = await this.#deps.store.settings(null);
    this.#stored = storedSettings(rows, fieldsByScope(this.#deps), this.#deps.logger);
    this.#compiled = this.#compile(this.#stored);
    await this.#announce();
  }

  async #announce(): Promise<void> {
    await this.#applyRules();
    this.#deps.events.emit("policy");
    this.#deps.workers.wake();
  }

  async #applyRules(): Promise<void> {
    const now = this.#deps.clock.now();
    const types = this.types();
    await this.#deps.store.rules(buildQueueRules(this.global, types, this.holds(), now));
    const change = nextWindowChange(types, now);
    clearTimeout(this.#timer);
    if (change === undefined || this.#stopped) return;
    this.#timer = setTimeout(() => this.#windowTurns(), Math.min(Math.max(change - now, 0) + 1, LONGEST_TIMER_MS));
    this.#timer.unref();
  }

  #windowTurns(): void {
    this.#serial(() => this.#announce()).catch((reason: unknown) => {
      this.#deps.logger.error("the rules could not follow a maintenance window", { error: errorMessage(reason) });
      this.#timer = setTimeout(() => this.#windowTurns(), 1000);
      this.#timer.unref();
    });
  }

  #compile(stored: StoredSettings): Compiled {
    const { types, file } = this.#deps;
    const page = (scope: string) => stored.values.get(scope) ?? new Map();
    const globals = effectiveSettings({
      fields: GLOBAL_FIELDS,
      file: fileValues(GLOBAL_FIELDS, file, GLOBAL_SCOPE),
      page: page(GLOBAL_SCOPE),
    });
    const names = types.map((type) => type.type);
    const compiled = types.map((type) => {
      const fields = typeFields(type);
      const settings = effectiveSettings({
        fields,
        file: fileValues(fields, file, type.type),
        page: page(type.type),
        globals,
      });
      const policy = located(settings, () => compileType(type.type, settings));
      return [type.type, { settings, policy }] as const;
    });
    const global = located(globals, () => compileGlobal(globals, names));
    return { globals, global, types: new Map(compiled) };
  }

  #entry(type: string) {
    const entry = this.#compiled.types.get(type);
    if (entry !== undefined) return entry;
    throw new AppError(
      "WK-CONFIG-VALUE",
      `There is no task type "${type}"; types are ${[...this.#compiled.types.keys()].join(", ")}.`,
      {
        details: { field: "type" },
      },
    );
  }

  #fields(scope: string): readonly ConfigField[] {
    if (scope === GLOBAL_SCOPE) return GLOBAL_FIELDS;
    return [...this.#entry(scope).settings.values()].map((setting) => setting.field);
  }

  #refuseOverridden(scope: string, name: string): void {
    const source = this.settings(scope).find((setting) => setting.field.name === name)?.source;
    if (source?.kind !== "file" || !source.override) return;
    throw new AppError("WK-CONFIG-VALUE", `${name} is fixed by ${source.place}: its section says override = true.`, {
      details: { field: name },
      hint: "Change it in the file, or take the override out.",
    });
  }
}

function typeFields(type: TypeInfo): readonly ConfigField[] {
  return [...type.config, ...SCHEDULE_FIELDS];
}

function fieldsByScope(deps: PolicyServiceDeps): ReadonlyMap<string, readonly ConfigField[]> {
  return new Map([[GLOBAL_SCOPE, GLOBAL_FIELDS], ...deps.types.map((type) => [type.type, typeFields(type)] as const)]);
}

/** An error about a value that comes from the file names its place there. */
function located<Result>(settings: ReadonlyMap<string, EffectiveSetting>, compile: () => Result): Result {
  try {
    return compile();
  } catch (reason) {
    const field = reason instanceof AppError ? reason.details["field"] : undefined;
    const source = typeof field === "string" ? settings.get(field)?.source : undefined;
    if (source?.kind !== "file") throw reason;
    throw new AppError("WK-CONFIG", `${source.place}: ${errorMessage(reason)}`, { cause: reason });
  }
}

function canonicalName(fields: readonly ConfigField[], name: string): string {
  const field = fields.find((known) => known.name === name || known.aliases?.includes(name));
  if (field !== undefined) return field.name;
  throw new AppError("WK-CONFIG-VALUE", `There is no setting "${name}".`, { details: { field: name } });
}
