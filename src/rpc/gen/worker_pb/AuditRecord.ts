// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface AuditRecord {
  'task_id'?: (string);
  'seq'?: (number | string | Long);
  'call'?: (string);
  'server'?: (string);
  'volume_id'?: (number);
  'precondition'?: (string);
  'outcome'?: (string);
}

export interface AuditRecord__Output {
  'task_id'?: (string);
  'seq'?: (string);
  'call'?: (string);
  'server'?: (string);
  'volume_id'?: (number);
  'precondition'?: (string);
  'outcome'?: (string);
}
