// Original file: proto/worker.proto


export interface EcShardMoveSpec {
  'volume_id'?: (number);
  'shard_id'?: (number);
  'collection'?: (string);
  'source_node'?: (string);
  'source_disk_id'?: (number);
  'target_node'?: (string);
  'target_disk_id'?: (number);
}

export interface EcShardMoveSpec__Output {
  'volume_id'?: (number);
  'shard_id'?: (number);
  'collection'?: (string);
  'source_node'?: (string);
  'source_disk_id'?: (number);
  'target_node'?: (string);
  'target_disk_id'?: (number);
}
