// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface TaskUpdate {
  'task_id'?: (string);
  'worker_id'?: (string);
  'status'?: (string);
  'progress'?: (number | string);
  'message'?: (string);
  'metadata'?: ({[key: string]: string});
  'seq'?: (number | string | Long);
  'stage'?: (string);
  'bytes_done'?: (number | string | Long);
  'bytes_total'?: (number | string | Long);
}

export interface TaskUpdate__Output {
  'task_id'?: (string);
  'worker_id'?: (string);
  'status'?: (string);
  'progress'?: (number);
  'message'?: (string);
  'metadata'?: ({[key: string]: string});
  'seq'?: (string);
  'stage'?: (string);
  'bytes_done'?: (string);
  'bytes_total'?: (string);
}
