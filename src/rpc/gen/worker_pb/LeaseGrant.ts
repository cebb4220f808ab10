// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface LeaseGrant {
  'nonce'?: (number | string | Long);
  'lease_ms'?: (number);
  'lost_task_ids'?: (string)[];
  'emergency_stop'?: (boolean);
}

export interface LeaseGrant__Output {
  'nonce'?: (string);
  'lease_ms'?: (number);
  'lost_task_ids'?: (string)[];
  'emergency_stop'?: (boolean);
}
