// Original file: proto/worker.proto

import type { VacuumTaskConfig as _worker_pb_VacuumTaskConfig, VacuumTaskConfig__Output as _worker_pb_VacuumTaskConfig__Output } from '../worker_pb/VacuumTaskConfig.ts';
import type { ErasureCodingTaskConfig as _worker_pb_ErasureCodingTaskConfig, ErasureCodingTaskConfig__Output as _worker_pb_ErasureCodingTaskConfig__Output } from '../worker_pb/ErasureCodingTaskConfig.ts';
import type { BalanceTaskConfig as _worker_pb_BalanceTaskConfig, BalanceTaskConfig__Output as _worker_pb_BalanceTaskConfig__Output } from '../worker_pb/BalanceTaskConfig.ts';
import type { ReplicationTaskConfig as _worker_pb_ReplicationTaskConfig, ReplicationTaskConfig__Output as _worker_pb_ReplicationTaskConfig__Output } from '../worker_pb/ReplicationTaskConfig.ts';
import type { EcBalanceTaskConfig as _worker_pb_EcBalanceTaskConfig, EcBalanceTaskConfig__Output as _worker_pb_EcBalanceTaskConfig__Output } from '../worker_pb/EcBalanceTaskConfig.ts';

export interface TaskPolicy {
  'enabled'?: (boolean);
  'max_concurrent'?: (number);
  'repeat_interval_seconds'?: (number);
  'check_interval_seconds'?: (number);
  'vacuum_config'?: (_worker_pb_VacuumTaskConfig | null);
  'erasure_coding_config'?: (_worker_pb_ErasureCodingTaskConfig | null);
  'balance_config'?: (_worker_pb_BalanceTaskConfig | null);
  'replication_config'?: (_worker_pb_ReplicationTaskConfig | null);
  'ec_balance_config'?: (_worker_pb_EcBalanceTaskConfig | null);
  'task_config'?: "vacuum_config"|"erasure_coding_config"|"balance_config"|"replication_config"|"ec_balance_config";
}

export interface TaskPolicy__Output {
  'enabled'?: (boolean);
  'max_concurrent'?: (number);
  'repeat_interval_seconds'?: (number);
  'check_interval_seconds'?: (number);
  'vacuum_config'?: (_worker_pb_VacuumTaskConfig__Output);
  'erasure_coding_config'?: (_worker_pb_ErasureCodingTaskConfig__Output);
  'balance_config'?: (_worker_pb_BalanceTaskConfig__Output);
  'replication_config'?: (_worker_pb_ReplicationTaskConfig__Output);
  'ec_balance_config'?: (_worker_pb_EcBalanceTaskConfig__Output);
  'task_config'?: "vacuum_config"|"erasure_coding_config"|"balance_config"|"replication_config"|"ec_balance_config";
}
