// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface ContinuationHint {
  'last_scanned_path'?: (string);
  'last_position_ns'?: (number | string | Long);
}

export interface ContinuationHint__Output {
  'last_scanned_path'?: (string);
  'last_position_ns'?: (string);
}
