// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface TaskSource {
  'node'?: (string);
  'disk_id'?: (number);
  'rack'?: (string);
  'data_center'?: (string);
  'volume_id'?: (number);
  'shard_ids'?: (number)[];
  'estimated_size'?: (number | string | Long);
}

export interface TaskSource__Output {
  'node'?: (string);
  'disk_id'?: (number);
  'rack'?: (string);
  'data_center'?: (string);
  'volume_id'?: (number);
  'shard_ids'?: (number)[];
  'estimated_size'?: (string);
}
