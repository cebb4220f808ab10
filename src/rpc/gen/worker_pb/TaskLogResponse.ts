// Original file: proto/worker.proto

import type { TaskLogMetadata as _worker_pb_TaskLogMetadata, TaskLogMetadata__Output as _worker_pb_TaskLogMetadata__Output } from '../worker_pb/TaskLogMetadata.ts';
import type { TaskLogEntry as _worker_pb_TaskLogEntry, TaskLogEntry__Output as _worker_pb_TaskLogEntry__Output } from '../worker_pb/TaskLogEntry.ts';

export interface TaskLogResponse {
  'task_id'?: (string);
  'worker_id'?: (string);
  'success'?: (boolean);
  'error_message'?: (string);
  'metadata'?: (_worker_pb_TaskLogMetadata | null);
  'log_entries'?: (_worker_pb_TaskLogEntry)[];
}

export interface TaskLogResponse__Output {
  'task_id'?: (string);
  'worker_id'?: (string);
  'success'?: (boolean);
  'error_message'?: (string);
  'metadata'?: (_worker_pb_TaskLogMetadata__Output);
  'log_entries'?: (_worker_pb_TaskLogEntry__Output)[];
}
