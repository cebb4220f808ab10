// Original file: proto/worker.proto

import type { TaskParams as _worker_pb_TaskParams, TaskParams__Output as _worker_pb_TaskParams__Output } from '../worker_pb/TaskParams.ts';
import type { AttemptGrant as _worker_pb_AttemptGrant, AttemptGrant__Output as _worker_pb_AttemptGrant__Output } from '../worker_pb/AttemptGrant.ts';
import type { Long } from '@grpc/proto-loader';

export interface TaskAssignment {
  'task_id'?: (string);
  'task_type'?: (string);
  'params'?: (_worker_pb_TaskParams | null);
  'priority'?: (number);
  'created_time'?: (number | string | Long);
  'metadata'?: ({[key: string]: string});
  'attempt'?: (_worker_pb_AttemptGrant | null);
}

export interface TaskAssignment__Output {
  'task_id'?: (string);
  'task_type'?: (string);
  'params'?: (_worker_pb_TaskParams__Output);
  'priority'?: (number);
  'created_time'?: (string);
  'metadata'?: ({[key: string]: string});
  'attempt'?: (_worker_pb_AttemptGrant__Output);
}
