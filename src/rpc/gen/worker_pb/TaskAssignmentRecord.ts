// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface TaskAssignmentRecord {
  'worker_id'?: (string);
  'worker_address'?: (string);
  'assigned_at'?: (number | string | Long);
  'unassigned_at'?: (number | string | Long);
  'reason'?: (string);
}

export interface TaskAssignmentRecord__Output {
  'worker_id'?: (string);
  'worker_address'?: (string);
  'assigned_at'?: (string);
  'unassigned_at'?: (string);
  'reason'?: (string);
}
