// Original file: proto/master.proto


export interface VolumeShortInformationMessage {
  'id'?: (number);
  'collection'?: (string);
  'replica_placement'?: (number);
  'version'?: (number);
  'ttl'?: (number);
  'disk_type'?: (string);
  'disk_id'?: (number);
}

export interface VolumeShortInformationMessage__Output {
  'id'?: (number);
  'collection'?: (string);
  'replica_placement'?: (number);
  'version'?: (number);
  'ttl'?: (number);
  'disk_type'?: (string);
  'disk_id'?: (number);
}
