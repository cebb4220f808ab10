// Original file: proto/master.proto


export interface VolumeGrowResponse {
}

export interface VolumeGrowResponse__Output {
}
