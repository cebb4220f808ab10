// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface TaskLogEntry {
  'timestamp'?: (number | string | Long);
  'level'?: (string);
  'message'?: (string);
  'fields'?: ({[key: string]: string});
  'progress'?: (number | string);
  'status'?: (string);
}

export interface TaskLogEntry__Output {
  'timestamp'?: (string);
  'level'?: (string);
  'message'?: (string);
  'fields'?: ({[key: string]: string});
  'progress'?: (number);
  'status'?: (string);
}
