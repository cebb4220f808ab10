// Original file: proto/worker.proto


export interface SessionGrant {
  'protocol'?: (number);
  'epoch'?: (string);
  'lease_ms'?: (number);
  'renew_ms'?: (number);
  'lost_task_ids'?: (string)[];
}

export interface SessionGrant__Output {
  'protocol'?: (number);
  'epoch'?: (string);
  'lease_ms'?: (number);
  'renew_ms'?: (number);
  'lost_task_ids'?: (string)[];
}
