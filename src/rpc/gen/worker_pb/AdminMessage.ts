// Original file: proto/worker.proto

import type { RegistrationResponse as _worker_pb_RegistrationResponse, RegistrationResponse__Output as _worker_pb_RegistrationResponse__Output } from '../worker_pb/RegistrationResponse.ts';
import type { HeartbeatResponse as _worker_pb_HeartbeatResponse, HeartbeatResponse__Output as _worker_pb_HeartbeatResponse__Output } from '../worker_pb/HeartbeatResponse.ts';
import type { TaskAssignment as _worker_pb_TaskAssignment, TaskAssignment__Output as _worker_pb_TaskAssignment__Output } from '../worker_pb/TaskAssignment.ts';
import type { TaskCancellation as _worker_pb_TaskCancellation, TaskCancellation__Output as _worker_pb_TaskCancellation__Output } from '../worker_pb/TaskCancellation.ts';
import type { AdminShutdown as _worker_pb_AdminShutdown, AdminShutdown__Output as _worker_pb_AdminShutdown__Output } from '../worker_pb/AdminShutdown.ts';
import type { TaskLogRequest as _worker_pb_TaskLogRequest, TaskLogRequest__Output as _worker_pb_TaskLogRequest__Output } from '../worker_pb/TaskLogRequest.ts';
import type { Ack as _worker_pb_Ack, Ack__Output as _worker_pb_Ack__Output } from '../worker_pb/Ack.ts';
import type { LeaseGrant as _worker_pb_LeaseGrant, LeaseGrant__Output as _worker_pb_LeaseGrant__Output } from '../worker_pb/LeaseGrant.ts';
import type { Long } from '@grpc/proto-loader';

export interface AdminMessage {
  'admin_id'?: (string);
  'timestamp'?: (number | string | Long);
  'registration_response'?: (_worker_pb_RegistrationResponse | null);
  'heartbeat_response'?: (_worker_pb_HeartbeatResponse | null);
  'task_assignment'?: (_worker_pb_TaskAssignment | null);
  'task_cancellation'?: (_worker_pb_TaskCancellation | null);
  'admin_shutdown'?: (_worker_pb_AdminShutdown | null);
  'task_log_request'?: (_worker_pb_TaskLogRequest | null);
  'ack'?: (_worker_pb_Ack | null);
  'lease_grant'?: (_worker_pb_LeaseGrant | null);
  'message'?: "registration_response"|"heartbeat_response"|"task_assignment"|"task_cancellation"|"admin_shutdown"|"task_log_request"|"ack"|"lease_grant";
}

export interface AdminMessage__Output {
  'admin_id'?: (string);
  'timestamp'?: (string);
  'registration_response'?: (_worker_pb_RegistrationResponse__Output);
  'heartbeat_response'?: (_worker_pb_HeartbeatResponse__Output);
  'task_assignment'?: (_worker_pb_TaskAssignment__Output);
  'task_cancellation'?: (_worker_pb_TaskCancellation__Output);
  'admin_shutdown'?: (_worker_pb_AdminShutdown__Output);
  'task_log_request'?: (_worker_pb_TaskLogRequest__Output);
  'ack'?: (_worker_pb_Ack__Output);
  'lease_grant'?: (_worker_pb_LeaseGrant__Output);
  'message'?: "registration_response"|"heartbeat_response"|"task_assignment"|"task_cancellation"|"admin_shutdown"|"task_log_request"|"ack"|"lease_grant";
}
