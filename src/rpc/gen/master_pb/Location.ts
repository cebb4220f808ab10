// Original file: proto/master.proto


export interface Location {
  'url'?: (string);
  'public_url'?: (string);
  'grpc_port'?: (number);
  'data_center'?: (string);
}

export interface Location__Output {
  'url'?: (string);
  'public_url'?: (string);
  'grpc_port'?: (number);
  'data_center'?: (string);
}
