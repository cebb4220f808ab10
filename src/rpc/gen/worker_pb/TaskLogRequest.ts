// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface TaskLogRequest {
  'task_id'?: (string);
  'worker_id'?: (string);
  'include_metadata'?: (boolean);
  'max_entries'?: (number);
  'log_level'?: (string);
  'start_time'?: (number | string | Long);
  'end_time'?: (number | string | Long);
}

export interface TaskLogRequest__Output {
  'task_id'?: (string);
  'worker_id'?: (string);
  'include_metadata'?: (boolean);
  'max_entries'?: (number);
  'log_level'?: (string);
  'start_time'?: (string);
  'end_time'?: (string);
}
