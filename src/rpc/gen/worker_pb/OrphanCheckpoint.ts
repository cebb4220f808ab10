// Original file: proto/worker.proto

import type { TaskParams as _worker_pb_TaskParams, TaskParams__Output as _worker_pb_TaskParams__Output } from '../worker_pb/TaskParams.ts';
import type { Long } from '@grpc/proto-loader';

export interface OrphanCheckpoint {
  'task_id'?: (string);
  'seq'?: (number | string | Long);
  'task_type'?: (string);
  'params'?: (_worker_pb_TaskParams | null);
  'step'?: (string);
  'state'?: (Buffer | Uint8Array | string);
  'committed'?: (boolean);
}

export interface OrphanCheckpoint__Output {
  'task_id'?: (string);
  'seq'?: (string);
  'task_type'?: (string);
  'params'?: (_worker_pb_TaskParams__Output);
  'step'?: (string);
  'state'?: (Buffer);
  'committed'?: (boolean);
}
