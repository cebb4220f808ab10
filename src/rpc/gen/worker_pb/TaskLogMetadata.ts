// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface TaskLogMetadata {
  'task_id'?: (string);
  'task_type'?: (string);
  'worker_id'?: (string);
  'start_time'?: (number | string | Long);
  'end_time'?: (number | string | Long);
  'duration_ms'?: (number | string | Long);
  'status'?: (string);
  'progress'?: (number | string);
  'volume_id'?: (number);
  'server'?: (string);
  'collection'?: (string);
  'log_file_path'?: (string);
  'created_at'?: (number | string | Long);
  'custom_data'?: ({[key: string]: string});
}

export interface TaskLogMetadata__Output {
  'task_id'?: (string);
  'task_type'?: (string);
  'worker_id'?: (string);
  'start_time'?: (string);
  'end_time'?: (string);
  'duration_ms'?: (string);
  'status'?: (string);
  'progress'?: (number);
  'volume_id'?: (number);
  'server'?: (string);
  'collection'?: (string);
  'log_file_path'?: (string);
  'created_at'?: (string);
  'custom_data'?: ({[key: string]: string});
}
