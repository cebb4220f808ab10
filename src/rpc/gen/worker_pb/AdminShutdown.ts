// Original file: proto/worker.proto


export interface AdminShutdown {
  'reason'?: (string);
  'graceful_shutdown_seconds'?: (number);
}

export interface AdminShutdown__Output {
  'reason'?: (string);
  'graceful_shutdown_seconds'?: (number);
}
