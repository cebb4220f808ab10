// Original file: proto/worker.proto

import type { VolumeHealthMetrics as _worker_pb_VolumeHealthMetrics, VolumeHealthMetrics__Output as _worker_pb_VolumeHealthMetrics__Output } from '../worker_pb/VolumeHealthMetrics.ts';

export interface TaskCreationMetrics {
  'trigger_metric'?: (string);
  'metric_value'?: (number | string);
  'threshold'?: (number | string);
  'volume_metrics'?: (_worker_pb_VolumeHealthMetrics | null);
  'additional_data'?: ({[key: string]: string});
}

export interface TaskCreationMetrics__Output {
  'trigger_metric'?: (string);
  'metric_value'?: (number);
  'threshold'?: (number);
  'volume_metrics'?: (_worker_pb_VolumeHealthMetrics__Output);
  'additional_data'?: ({[key: string]: string});
}
