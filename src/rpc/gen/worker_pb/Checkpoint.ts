// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface Checkpoint {
  'task_id'?: (string);
  'seq'?: (number | string | Long);
  'step'?: (string);
  'commit_point'?: (boolean);
  'state'?: (Buffer | Uint8Array | string);
}

export interface Checkpoint__Output {
  'task_id'?: (string);
  'seq'?: (string);
  'step'?: (string);
  'commit_point'?: (boolean);
  'state'?: (Buffer);
}
