// Original file: proto/worker.proto


export interface VacuumTaskParams {
  'garbage_threshold'?: (number | string);
  'force_vacuum'?: (boolean);
  'batch_size'?: (number);
  'working_dir'?: (string);
  'verify_checksum'?: (boolean);
}

export interface VacuumTaskParams__Output {
  'garbage_threshold'?: (number);
  'force_vacuum'?: (boolean);
  'batch_size'?: (number);
  'working_dir'?: (string);
  'verify_checksum'?: (boolean);
}
