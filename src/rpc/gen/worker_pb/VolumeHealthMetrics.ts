// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface VolumeHealthMetrics {
  'total_size'?: (number | string | Long);
  'used_size'?: (number | string | Long);
  'garbage_size'?: (number | string | Long);
  'garbage_ratio'?: (number | string);
  'file_count'?: (number);
  'deleted_file_count'?: (number);
  'last_modified'?: (number | string | Long);
  'replica_count'?: (number);
  'is_ec_volume'?: (boolean);
  'collection'?: (string);
}

export interface VolumeHealthMetrics__Output {
  'total_size'?: (string);
  'used_size'?: (string);
  'garbage_size'?: (string);
  'garbage_ratio'?: (number);
  'file_count'?: (number);
  'deleted_file_count'?: (number);
  'last_modified'?: (string);
  'replica_count'?: (number);
  'is_ec_volume'?: (boolean);
  'collection'?: (string);
}
