// Original file: proto/worker.proto

import type { TaskParams as _worker_pb_TaskParams, TaskParams__Output as _worker_pb_TaskParams__Output } from '../worker_pb/TaskParams.ts';
import type { TaskAssignmentRecord as _worker_pb_TaskAssignmentRecord, TaskAssignmentRecord__Output as _worker_pb_TaskAssignmentRecord__Output } from '../worker_pb/TaskAssignmentRecord.ts';
import type { TaskCreationMetrics as _worker_pb_TaskCreationMetrics, TaskCreationMetrics__Output as _worker_pb_TaskCreationMetrics__Output } from '../worker_pb/TaskCreationMetrics.ts';
import type { Long } from '@grpc/proto-loader';

export interface MaintenanceTaskData {
  'id'?: (string);
  'type'?: (string);
  'priority'?: (string);
  'status'?: (string);
  'volume_id'?: (number);
  'server'?: (string);
  'collection'?: (string);
  'typed_params'?: (_worker_pb_TaskParams | null);
  'reason'?: (string);
  'created_at'?: (number | string | Long);
  'scheduled_at'?: (number | string | Long);
  'started_at'?: (number | string | Long);
  'completed_at'?: (number | string | Long);
  'worker_id'?: (string);
  'error'?: (string);
  'progress'?: (number | string);
  'retry_count'?: (number);
  'max_retries'?: (number);
  'created_by'?: (string);
  'creation_context'?: (string);
  'assignment_history'?: (_worker_pb_TaskAssignmentRecord)[];
  'detailed_reason'?: (string);
  'tags'?: ({[key: string]: string});
  'creation_metrics'?: (_worker_pb_TaskCreationMetrics | null);
}

export interface MaintenanceTaskData__Output {
  'id'?: (string);
  'type'?: (string);
  'priority'?: (string);
  'status'?: (string);
  'volume_id'?: (number);
  'server'?: (string);
  'collection'?: (string);
  'typed_params'?: (_worker_pb_TaskParams__Output);
  'reason'?: (string);
  'created_at'?: (string);
  'scheduled_at'?: (string);
  'started_at'?: (string);
  'completed_at'?: (string);
  'worker_id'?: (string);
  'error'?: (string);
  'progress'?: (number);
  'retry_count'?: (number);
  'max_retries'?: (number);
  'created_by'?: (string);
  'creation_context'?: (string);
  'assignment_history'?: (_worker_pb_TaskAssignmentRecord__Output)[];
  'detailed_reason'?: (string);
  'tags'?: ({[key: string]: string});
  'creation_metrics'?: (_worker_pb_TaskCreationMetrics__Output);
}
