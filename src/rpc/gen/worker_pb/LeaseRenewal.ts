// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface LeaseRenewal {
  'nonce'?: (number | string | Long);
  'task_ids'?: (string)[];
}

export interface LeaseRenewal__Output {
  'nonce'?: (string);
  'task_ids'?: (string)[];
}
