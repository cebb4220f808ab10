// Original file: proto/worker.proto


export interface HeartbeatResponse {
  'success'?: (boolean);
  'message'?: (string);
}

export interface HeartbeatResponse__Output {
  'success'?: (boolean);
  'message'?: (string);
}
