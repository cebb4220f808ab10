// Original file: proto/worker.proto


export interface ErasureCodingTaskConfig {
  'fullness_ratio'?: (number | string);
  'quiet_for_seconds'?: (number);
  'min_volume_size_mb'?: (number);
  'collection_filter'?: (string);
  'preferred_tags'?: (string)[];
  'replica_placement'?: (string);
}

export interface ErasureCodingTaskConfig__Output {
  'fullness_ratio'?: (number);
  'quiet_for_seconds'?: (number);
  'min_volume_size_mb'?: (number);
  'collection_filter'?: (string);
  'preferred_tags'?: (string)[];
  'replica_placement'?: (string);
}
