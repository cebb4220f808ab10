// Original file: proto/master.proto


export interface VolumeListRequest {
  'collection'?: (string);
  'volume_id'?: (number);
  'default_collection_only'?: (boolean);
}

export interface VolumeListRequest__Output {
  'collection'?: (string);
  'volume_id'?: (number);
  'default_collection_only'?: (boolean);
}
