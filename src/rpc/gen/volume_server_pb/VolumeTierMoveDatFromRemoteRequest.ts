// Original file: proto/volume_server.proto


export interface VolumeTierMoveDatFromRemoteRequest {
  'volume_id'?: (number);
  'collection'?: (string);
  'keep_remote_dat_file'?: (boolean);
}

export interface VolumeTierMoveDatFromRemoteRequest__Output {
  'volume_id'?: (number);
  'collection'?: (string);
  'keep_remote_dat_file'?: (boolean);
}
