// Original file: proto/worker.proto

import type { WorkerExtensions as _worker_pb_WorkerExtensions, WorkerExtensions__Output as _worker_pb_WorkerExtensions__Output } from '../worker_pb/WorkerExtensions.ts';

export interface WorkerRegistration {
  'worker_id'?: (string);
  'address'?: (string);
  'capabilities'?: (string)[];
  'max_concurrent'?: (number);
  'metadata'?: ({[key: string]: string});
  'extensions'?: (_worker_pb_WorkerExtensions | null);
}

export interface WorkerRegistration__Output {
  'worker_id'?: (string);
  'address'?: (string);
  'capabilities'?: (string)[];
  'max_concurrent'?: (number);
  'metadata'?: ({[key: string]: string});
  'extensions'?: (_worker_pb_WorkerExtensions__Output);
}
