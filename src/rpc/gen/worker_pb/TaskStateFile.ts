// Original file: proto/worker.proto

import type { MaintenanceTaskData as _worker_pb_MaintenanceTaskData, MaintenanceTaskData__Output as _worker_pb_MaintenanceTaskData__Output } from '../worker_pb/MaintenanceTaskData.ts';
import type { Long } from '@grpc/proto-loader';

export interface TaskStateFile {
  'task'?: (_worker_pb_MaintenanceTaskData | null);
  'last_updated'?: (number | string | Long);
  'admin_version'?: (string);
}

export interface TaskStateFile__Output {
  'task'?: (_worker_pb_MaintenanceTaskData__Output);
  'last_updated'?: (string);
  'admin_version'?: (string);
}
