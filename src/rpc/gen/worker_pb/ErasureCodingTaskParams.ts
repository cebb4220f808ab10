// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface ErasureCodingTaskParams {
  'estimated_shard_size'?: (number | string | Long);
  'data_shards'?: (number);
  'parity_shards'?: (number);
  'working_dir'?: (string);
  'master_client'?: (string);
  'cleanup_source'?: (boolean);
  'source_disk_type'?: (string);
  'encode_ts_ns'?: (number | string | Long);
  'encode_mode'?: (string);
}

export interface ErasureCodingTaskParams__Output {
  'estimated_shard_size'?: (string);
  'data_shards'?: (number);
  'parity_shards'?: (number);
  'working_dir'?: (string);
  'master_client'?: (string);
  'cleanup_source'?: (boolean);
  'source_disk_type'?: (string);
  'encode_ts_ns'?: (string);
  'encode_mode'?: (string);
}
