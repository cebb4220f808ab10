// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface BalanceTaskConfig {
  'imbalance_threshold'?: (number | string);
  'min_server_count'?: (number);
  'io_byte_per_second'?: (number | string | Long);
}

export interface BalanceTaskConfig__Output {
  'imbalance_threshold'?: (number);
  'min_server_count'?: (number);
  'io_byte_per_second'?: (string);
}
