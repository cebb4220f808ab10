// Original file: proto/worker.proto


export interface TaskCancellation {
  'task_id'?: (string);
  'reason'?: (string);
  'force'?: (boolean);
}

export interface TaskCancellation__Output {
  'task_id'?: (string);
  'reason'?: (string);
  'force'?: (boolean);
}
