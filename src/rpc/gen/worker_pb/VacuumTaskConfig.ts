// Original file: proto/worker.proto


export interface VacuumTaskConfig {
  'garbage_threshold'?: (number | string);
  'min_volume_age_hours'?: (number);
  'min_interval_seconds'?: (number);
}

export interface VacuumTaskConfig__Output {
  'garbage_threshold'?: (number);
  'min_volume_age_hours'?: (number);
  'min_interval_seconds'?: (number);
}
