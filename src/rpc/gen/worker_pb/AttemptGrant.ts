// Original file: proto/worker.proto

import type { Long } from '@grpc/proto-loader';

export interface AttemptGrant {
  'number'?: (number);
  'epoch'?: (string);
  'fence'?: (number | string | Long);
  'lease_ms'?: (number);
  'committed'?: (boolean);
  'checkpoint'?: (Buffer | Uint8Array | string);
  'masters'?: (string)[];
  'verify'?: (string);
  'freeze_limit_ms'?: (number);
  'bytes_per_second'?: (number | string | Long);
  'volume_size_limit'?: (number | string | Long);
  'emergency_stop'?: (boolean);
}

export interface AttemptGrant__Output {
  'number'?: (number);
  'epoch'?: (string);
  'fence'?: (string);
  'lease_ms'?: (number);
  'committed'?: (boolean);
  'checkpoint'?: (Buffer);
  'masters'?: (string)[];
  'verify'?: (string);
  'freeze_limit_ms'?: (number);
  'bytes_per_second'?: (string);
  'volume_size_limit'?: (string);
  'emergency_stop'?: (boolean);
}
