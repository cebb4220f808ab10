// Original file: proto/worker.proto


export interface ReplicationTaskConfig {
  'target_replica_count'?: (number);
}

export interface ReplicationTaskConfig__Output {
  'target_replica_count'?: (number);
}
