// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface WorkerHeartbeat {
  'worker_id'?: (string);
  'status'?: (string);
  'current_load'?: (number);
  'max_concurrent'?: (number);
  'current_task_ids'?: (string)[];
  'tasks_completed'?: (number);
  'tasks_failed'?: (number);
  'uptime_seconds'?: (number | string | Long);
}

export interface WorkerHeartbeat__Output {
  'worker_id'?: (string);
  'status'?: (string);
  'current_load'?: (number);
  'max_concurrent'?: (number);
  'current_task_ids'?: (string)[];
  'tasks_completed'?: (number);
  'tasks_failed'?: (number);
  'uptime_seconds'?: (string);
}
