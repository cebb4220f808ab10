// Original file: proto/worker.proto

import type { WorkerRegistration as _worker_pb_WorkerRegistration, WorkerRegistration__Output as _worker_pb_WorkerRegistration__Output } from '../worker_pb/WorkerRegistration.ts';
import type { WorkerHeartbeat as _worker_pb_WorkerHeartbeat, WorkerHeartbeat__Output as _worker_pb_WorkerHeartbeat__Output } from '../worker_pb/WorkerHeartbeat.ts';
import type { TaskRequest as _worker_pb_TaskRequest, TaskRequest__Output as _worker_pb_TaskRequest__Output } from '../worker_pb/TaskRequest.ts';
import type { TaskUpdate as _worker_pb_TaskUpdate, TaskUpdate__Output as _worker_pb_TaskUpdate__Output } from '../worker_pb/TaskUpdate.ts';
import type { TaskComplete as _worker_pb_TaskComplete, TaskComplete__Output as _worker_pb_TaskComplete__Output } from '../worker_pb/TaskComplete.ts';
import type { WorkerShutdown as _worker_pb_WorkerShutdown, WorkerShutdown__Output as _worker_pb_WorkerShutdown__Output } from '../worker_pb/WorkerShutdown.ts';
import type { TaskLogResponse as _worker_pb_TaskLogResponse, TaskLogResponse__Output as _worker_pb_TaskLogResponse__Output } from '../worker_pb/TaskLogResponse.ts';
import type { LeaseRenewal as _worker_pb_LeaseRenewal, LeaseRenewal__Output as _worker_pb_LeaseRenewal__Output } from '../worker_pb/LeaseRenewal.ts';
import type { Checkpoint as _worker_pb_Checkpoint, Checkpoint__Output as _worker_pb_Checkpoint__Output } from '../worker_pb/Checkpoint.ts';
import type { AuditRecord as _worker_pb_AuditRecord, AuditRecord__Output as _worker_pb_AuditRecord__Output } from '../worker_pb/AuditRecord.ts';
import type { OrphanCheckpoint as _worker_pb_OrphanCheckpoint, OrphanCheckpoint__Output as _worker_pb_OrphanCheckpoint__Output } from '../worker_pb/OrphanCheckpoint.ts';
import type { Long } from '@grpc/proto-loader';

export interface WorkerMessage {
  'worker_id'?: (string);
  'timestamp'?: (number | string | Long);
  'registration'?: (_worker_pb_WorkerRegistration | null);
  'heartbeat'?: (_worker_pb_WorkerHeartbeat | null);
  'task_request'?: (_worker_pb_TaskRequest | null);
  'task_update'?: (_worker_pb_TaskUpdate | null);
  'task_complete'?: (_worker_pb_TaskComplete | null);
  'shutdown'?: (_worker_pb_WorkerShutdown | null);
  'task_log_response'?: (_worker_pb_TaskLogResponse | null);
  'lease_renewal'?: (_worker_pb_LeaseRenewal | null);
  'checkpoint'?: (_worker_pb_Checkpoint | null);
  'audit'?: (_worker_pb_AuditRecord | null);
  'orphan'?: (_worker_pb_OrphanCheckpoint | null);
  'message'?: "registration"|"heartbeat"|"task_request"|"task_update"|"task_complete"|"shutdown"|"task_log_response"|"lease_renewal"|"checkpoint"|"audit"|"orphan";
}

export interface WorkerMessage__Output {
  'worker_id'?: (string);
  'timestamp'?: (string);
  'registration'?: (_worker_pb_WorkerRegistration__Output);
  'heartbeat'?: (_worker_pb_WorkerHeartbeat__Output);
  'task_request'?: (_worker_pb_TaskRequest__Output);
  'task_update'?: (_worker_pb_TaskUpdate__Output);
  'task_complete'?: (_worker_pb_TaskComplete__Output);
  'shutdown'?: (_worker_pb_WorkerShutdown__Output);
  'task_log_response'?: (_worker_pb_TaskLogResponse__Output);
  'lease_renewal'?: (_worker_pb_LeaseRenewal__Output);
  'checkpoint'?: (_worker_pb_Checkpoint__Output);
  'audit'?: (_worker_pb_AuditRecord__Output);
  'orphan'?: (_worker_pb_OrphanCheckpoint__Output);
  'message'?: "registration"|"heartbeat"|"task_request"|"task_update"|"task_complete"|"shutdown"|"task_log_response"|"lease_renewal"|"checkpoint"|"audit"|"orphan";
}
