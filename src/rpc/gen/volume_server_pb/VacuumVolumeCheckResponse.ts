// Original file: proto/volume_server.proto


export interface VacuumVolumeCheckResponse {
  'garbage_ratio'?: (number | string);
}

export interface VacuumVolumeCheckResponse__Output {
  'garbage_ratio'?: (number);
}
