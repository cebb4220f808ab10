// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface EcBalanceTaskConfig {
  'imbalance_threshold'?: (number | string);
  'min_server_count'?: (number);
  'collection_filter'?: (string);
  'disk_type'?: (string);
  'preferred_tags'?: (string)[];
  'replica_placement'?: (string);
  'io_byte_per_second'?: (number | string | Long);
}

export interface EcBalanceTaskConfig__Output {
  'imbalance_threshold'?: (number);
  'min_server_count'?: (number);
  'collection_filter'?: (string);
  'disk_type'?: (string);
  'preferred_tags'?: (string)[];
  'replica_placement'?: (string);
  'io_byte_per_second'?: (string);
}
