import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";

const PROTO = fileURLToPath(new URL("../../proto/worker.proto", import.meta.url));

/** What a Go admin does by itself; it reads these files of its data folder at every start. */
export interface GoAdminSettings {
  readonly scanIntervalSeconds: number;
  readonly vacuum?: { readonly garbage_threshold: number };
  readonly balance?: { readonly imbalance_threshold: number; readonly min_server_count: number };
  readonly erasureCoding?: { readonly fullness_ratio: number; readonly quiet_for_seconds: number };
}

/** Writes the settings of a Go admin as it keeps them itself. Types that are not named are off. */
export function writeGoAdminSettings(dataDir: string, settings: GoAdminSettings): void {
  const root = new protobuf.Root().loadSync(PROTO, { keepCase: true });
  const conf = join(dataDir, "conf");
  mkdirSync(conf, { recursive: true });
  const write = (file: string, type: string, value: Record<string, unknown>): void => {
    const message = root.lookupType(`worker_pb.${type}`);
    writeFileSync(join(conf, file), message.encode(message.fromObject(value)).finish());
  };
  const policy = (file: string, key: string, config: object | undefined): void =>
    write(`task_${file}.pb`, "TaskPolicy", {
      enabled: config !== undefined,
      max_concurrent: 1,
      repeat_interval_seconds: 1,
      check_interval_seconds: 1,
      [key]: config ?? {},
    });
  write("maintenance.pb", "MaintenanceConfig", {
    enabled: true,
    scan_interval_seconds: settings.scanIntervalSeconds,
    worker_timeout_seconds: 300,
    task_timeout_seconds: 7200,
    retry_delay_seconds: 900,
    max_retries: 3,
    cleanup_interval_seconds: 86_400,
    task_retention_seconds: 604_800,
    policy: { global_max_concurrent: 4, default_repeat_interval_seconds: 1, default_check_interval_seconds: 1 },
  });
  policy("vacuum", "vacuum_config", settings.vacuum && { ...settings.vacuum, min_volume_age_hours: 0 });
  policy("balance", "balance_config", settings.balance);
  policy(
    "erasure_coding",
    "erasure_coding_config",
    settings.erasureCoding && { ...settings.erasureCoding, min_volume_size_mb: 0 },
  );
}
