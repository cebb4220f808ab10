// Original file: proto/worker.proto

import type { CompletionKind as _worker_pb_CompletionKind, CompletionKind__Output as _worker_pb_CompletionKind__Output } from '../worker_pb/CompletionKind.ts';
import type { Long } from '@grpc/proto-loader';

export interface TaskComplete {
  'task_id'?: (string);
  'worker_id'?: (string);
  'success'?: (boolean);
  'error_message'?: (string);
  'completion_time'?: (number | string | Long);
  'result_metadata'?: ({[key: string]: string});
  'seq'?: (number | string | Long);
  'error_code'?: (string);
  'kind'?: (_worker_pb_CompletionKind);
}

export interface TaskComplete__Output {
  'task_id'?: (string);
  'worker_id'?: (string);
  'success'?: (boolean);
  'error_message'?: (string);
  'completion_time'?: (string);
  'result_metadata'?: ({[key: string]: string});
  'seq'?: (string);
  'error_code'?: (string);
  'kind'?: (_worker_pb_CompletionKind__Output);
}
