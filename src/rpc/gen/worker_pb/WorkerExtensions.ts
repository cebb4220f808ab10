// Original file: proto/worker.proto


export interface WorkerExtensions {
  'protocol'?: (number);
  'process_nonce'?: (string);
  'version'?: (string);
  'running_task_ids'?: (string)[];
}

export interface WorkerExtensions__Output {
  'protocol'?: (number);
  'process_nonce'?: (string);
  'version'?: (string);
  'running_task_ids'?: (string)[];
}
