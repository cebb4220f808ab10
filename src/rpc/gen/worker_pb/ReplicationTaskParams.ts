// Original file: proto/worker.proto


export interface ReplicationTaskParams {
  'replica_count'?: (number);
  'verify_consistency'?: (boolean);
}

export interface ReplicationTaskParams__Output {
  'replica_count'?: (number);
  'verify_consistency'?: (boolean);
}
