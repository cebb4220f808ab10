// Original file: proto/worker.proto

import type { TaskSource as _worker_pb_TaskSource, TaskSource__Output as _worker_pb_TaskSource__Output } from '../worker_pb/TaskSource.ts';
import type { TaskTarget as _worker_pb_TaskTarget, TaskTarget__Output as _worker_pb_TaskTarget__Output } from '../worker_pb/TaskTarget.ts';
import type { VacuumTaskParams as _worker_pb_VacuumTaskParams, VacuumTaskParams__Output as _worker_pb_VacuumTaskParams__Output } from '../worker_pb/VacuumTaskParams.ts';
import type { ErasureCodingTaskParams as _worker_pb_ErasureCodingTaskParams, ErasureCodingTaskParams__Output as _worker_pb_ErasureCodingTaskParams__Output } from '../worker_pb/ErasureCodingTaskParams.ts';
import type { BalanceTaskParams as _worker_pb_BalanceTaskParams, BalanceTaskParams__Output as _worker_pb_BalanceTaskParams__Output } from '../worker_pb/BalanceTaskParams.ts';
import type { ReplicationTaskParams as _worker_pb_ReplicationTaskParams, ReplicationTaskParams__Output as _worker_pb_ReplicationTaskParams__Output } from '../worker_pb/ReplicationTaskParams.ts';
import type { EcBalanceTaskParams as _worker_pb_EcBalanceTaskParams, EcBalanceTaskParams__Output as _worker_pb_EcBalanceTaskParams__Output } from '../worker_pb/EcBalanceTaskParams.ts';
import type { S3LifecycleParams as _worker_pb_S3LifecycleParams, S3LifecycleParams__Output as _worker_pb_S3LifecycleParams__Output } from '../worker_pb/S3LifecycleParams.ts';
import type { Long } from '@grpc/proto-loader';

export interface TaskParams {
  'task_id'?: (string);
  'volume_id'?: (number);
  'collection'?: (string);
  'data_center'?: (string);
  'rack'?: (string);
  'volume_size'?: (number | string | Long);
  'sources'?: (_worker_pb_TaskSource)[];
  'targets'?: (_worker_pb_TaskTarget)[];
  'vacuum_params'?: (_worker_pb_VacuumTaskParams | null);
  'erasure_coding_params'?: (_worker_pb_ErasureCodingTaskParams | null);
  'balance_params'?: (_worker_pb_BalanceTaskParams | null);
  'replication_params'?: (_worker_pb_ReplicationTaskParams | null);
  'ec_balance_params'?: (_worker_pb_EcBalanceTaskParams | null);
  's3_lifecycle_params'?: (_worker_pb_S3LifecycleParams | null);
  'task_params'?: "vacuum_params"|"erasure_coding_params"|"balance_params"|"replication_params"|"ec_balance_params"|"s3_lifecycle_params";
}

export interface TaskParams__Output {
  'task_id'?: (string);
  'volume_id'?: (number);
  'collection'?: (string);
  'data_center'?: (string);
  'rack'?: (string);
  'volume_size'?: (string);
  'sources'?: (_worker_pb_TaskSource__Output)[];
  'targets'?: (_worker_pb_TaskTarget__Output)[];
  'vacuum_params'?: (_worker_pb_VacuumTaskParams__Output);
  'erasure_coding_params'?: (_worker_pb_ErasureCodingTaskParams__Output);
  'balance_params'?: (_worker_pb_BalanceTaskParams__Output);
  'replication_params'?: (_worker_pb_ReplicationTaskParams__Output);
  'ec_balance_params'?: (_worker_pb_EcBalanceTaskParams__Output);
  's3_lifecycle_params'?: (_worker_pb_S3LifecycleParams__Output);
  'task_params'?: "vacuum_params"|"erasure_coding_params"|"balance_params"|"replication_params"|"ec_balance_params"|"s3_lifecycle_params";
}
