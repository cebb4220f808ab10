// Original file: proto/worker.proto

import type { SessionGrant as _worker_pb_SessionGrant, SessionGrant__Output as _worker_pb_SessionGrant__Output } from '../worker_pb/SessionGrant.ts';

export interface RegistrationResponse {
  'success'?: (boolean);
  'message'?: (string);
  'assigned_worker_id'?: (string);
  'session'?: (_worker_pb_SessionGrant | null);
}

export interface RegistrationResponse__Output {
  'success'?: (boolean);
  'message'?: (string);
  'assigned_worker_id'?: (string);
  'session'?: (_worker_pb_SessionGrant__Output);
}
