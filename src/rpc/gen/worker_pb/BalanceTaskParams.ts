// Original file: proto/worker.proto

import type { BalanceMoveSpec as _worker_pb_BalanceMoveSpec, BalanceMoveSpec__Output as _worker_pb_BalanceMoveSpec__Output } from '../worker_pb/BalanceMoveSpec.ts';
import type { Long } from '@grpc/proto-loader';

export interface BalanceTaskParams {
  'force_move'?: (boolean);
  'timeout_seconds'?: (number);
  'max_concurrent_moves'?: (number);
  'moves'?: (_worker_pb_BalanceMoveSpec)[];
  'io_byte_per_second'?: (number | string | Long);
}

export interface BalanceTaskParams__Output {
  'force_move'?: (boolean);
  'timeout_seconds'?: (number);
  'max_concurrent_moves'?: (number);
  'moves'?: (_worker_pb_BalanceMoveSpec__Output)[];
  'io_byte_per_second'?: (string);
}
