// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface Ack {
  'task_id'?: (string);
  'seq'?: (number | string | Long);
  'accepted'?: (boolean);
  'code'?: (string);
  'message'?: (string);
}

export interface Ack__Output {
  'task_id'?: (string);
  'seq'?: (string);
  'accepted'?: (boolean);
  'code'?: (string);
  'message'?: (string);
}
