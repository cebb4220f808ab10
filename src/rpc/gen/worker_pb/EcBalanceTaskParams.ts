// Original file: proto/worker.proto

import type { EcShardMoveSpec as _worker_pb_EcShardMoveSpec, EcShardMoveSpec__Output as _worker_pb_EcShardMoveSpec__Output } from '../worker_pb/EcShardMoveSpec.ts';
import type { Long } from '@grpc/proto-loader';

export interface EcBalanceTaskParams {
  'disk_type'?: (string);
  'max_parallelization'?: (number);
  'timeout_seconds'?: (number);
  'moves'?: (_worker_pb_EcShardMoveSpec)[];
  'dedup_keep_node'?: (string);
  'io_byte_per_second'?: (number | string | Long);
}

export interface EcBalanceTaskParams__Output {
  'disk_type'?: (string);
  'max_parallelization'?: (number);
  'timeout_seconds'?: (number);
  'moves'?: (_worker_pb_EcShardMoveSpec__Output)[];
  'dedup_keep_node'?: (string);
  'io_byte_per_second'?: (string);
}
