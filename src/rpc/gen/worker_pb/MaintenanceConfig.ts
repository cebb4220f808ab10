// Original file: proto/worker.proto

import type { MaintenancePolicy as _worker_pb_MaintenancePolicy, MaintenancePolicy__Output as _worker_pb_MaintenancePolicy__Output } from '../worker_pb/MaintenancePolicy.ts';

export interface MaintenanceConfig {
  'enabled'?: (boolean);
  'scan_interval_seconds'?: (number);
  'worker_timeout_seconds'?: (number);
  'task_timeout_seconds'?: (number);
  'retry_delay_seconds'?: (number);
  'max_retries'?: (number);
  'cleanup_interval_seconds'?: (number);
  'task_retention_seconds'?: (number);
  'policy'?: (_worker_pb_MaintenancePolicy | null);
}

export interface MaintenanceConfig__Output {
  'enabled'?: (boolean);
  'scan_interval_seconds'?: (number);
  'worker_timeout_seconds'?: (number);
  'task_timeout_seconds'?: (number);
  'retry_delay_seconds'?: (number);
  'max_retries'?: (number);
  'cleanup_interval_seconds'?: (number);
  'task_retention_seconds'?: (number);
  'policy'?: (_worker_pb_MaintenancePolicy__Output);
}
