// Original file: proto/worker.proto


export interface WorkerShutdown {
  'worker_id'?: (string);
  'reason'?: (string);
  'pending_task_ids'?: (string)[];
}

export interface WorkerShutdown__Output {
  'worker_id'?: (string);
  'reason'?: (string);
  'pending_task_ids'?: (string)[];
}
