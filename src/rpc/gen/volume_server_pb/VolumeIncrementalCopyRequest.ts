// Original file: proto/volume_server.proto

import type { Long } from '@grpc/proto-loader';

export interface VolumeIncrementalCopyRequest {
  'volume_id'?: (number);
  'since_ns'?: (number | string | Long);
}

export interface VolumeIncrementalCopyRequest__Output {
  'volume_id'?: (number);
  'since_ns'?: (string);
}
