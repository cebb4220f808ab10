// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface BalanceMoveSpec {
  'volume_id'?: (number);
  'source_node'?: (string);
  'target_node'?: (string);
  'collection'?: (string);
  'volume_size'?: (number | string | Long);
}

export interface BalanceMoveSpec__Output {
  'volume_id'?: (number);
  'source_node'?: (string);
  'target_node'?: (string);
  'collection'?: (string);
  'volume_size'?: (string);
}
