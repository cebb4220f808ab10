// Original file: proto/worker.proto


export interface TaskRequest {
  'worker_id'?: (string);
  'capabilities'?: (string)[];
  'available_slots'?: (number);
}

export interface TaskRequest__Output {
  'worker_id'?: (string);
  'capabilities'?: (string)[];
  'available_slots'?: (number);
}
