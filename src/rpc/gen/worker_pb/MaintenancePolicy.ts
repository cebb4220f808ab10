// Original file: proto/worker.proto

import type { TaskPolicy as _worker_pb_TaskPolicy, TaskPolicy__Output as _worker_pb_TaskPolicy__Output } from '../worker_pb/TaskPolicy.ts';

export interface MaintenancePolicy {
  'task_policies'?: ({[key: string]: _worker_pb_TaskPolicy});
  'global_max_concurrent'?: (number);
  'default_repeat_interval_seconds'?: (number);
  'default_check_interval_seconds'?: (number);
}

export interface MaintenancePolicy__Output {
  'task_policies'?: ({[key: string]: _worker_pb_TaskPolicy__Output});
  'global_max_concurrent'?: (number);
  'default_repeat_interval_seconds'?: (number);
  'default_check_interval_seconds'?: (number);
}
