// Original file: proto/worker.proto

import type { ContinuationHint as _worker_pb_ContinuationHint, ContinuationHint__Output as _worker_pb_ContinuationHint__Output } from '../worker_pb/ContinuationHint.ts';
import type { Long } from '@grpc/proto-loader';

// Original file: proto/worker.proto

export const _worker_pb_S3LifecycleParams_Subtype = {
  SUBTYPE_UNSPECIFIED: 'SUBTYPE_UNSPECIFIED',
  READ: 'READ',
  BOOTSTRAP: 'BOOTSTRAP',
  DRAIN: 'DRAIN',
} as const;

export type _worker_pb_S3LifecycleParams_Subtype =
  | 'SUBTYPE_UNSPECIFIED'
  | 0
  | 'READ'
  | 1
  | 'BOOTSTRAP'
  | 2
  | 'DRAIN'
  | 3

export type _worker_pb_S3LifecycleParams_Subtype__Output = typeof _worker_pb_S3LifecycleParams_Subtype[keyof typeof _worker_pb_S3LifecycleParams_Subtype]

export interface S3LifecycleParams {
  'subtype'?: (_worker_pb_S3LifecycleParams_Subtype);
  'bucket'?: (string);
  'rule_hash'?: (Buffer | Uint8Array | string);
  'force'?: (boolean);
  'batch_time_budget_ns'?: (number | string | Long);
  'batch_event_budget'?: (number);
  'continuation'?: (_worker_pb_ContinuationHint | null);
  'shard_id'?: (number);
}

export interface S3LifecycleParams__Output {
  'subtype'?: (_worker_pb_S3LifecycleParams_Subtype__Output);
  'bucket'?: (string);
  'rule_hash'?: (Buffer);
  'force'?: (boolean);
  'batch_time_budget_ns'?: (string);
  'batch_event_budget'?: (number);
  'continuation'?: (_worker_pb_ContinuationHint__Output);
  'shard_id'?: (number);
}
