// Original file: proto/worker.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AdminMessage as _worker_pb_AdminMessage, AdminMessage__Output as _worker_pb_AdminMessage__Output } from '../worker_pb/AdminMessage.ts';
import type { WorkerMessage as _worker_pb_WorkerMessage, WorkerMessage__Output as _worker_pb_WorkerMessage__Output } from '../worker_pb/WorkerMessage.ts';

export interface WorkerServiceClient extends grpc.Client {
  WorkerStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_worker_pb_WorkerMessage, _worker_pb_AdminMessage__Output>;
  WorkerStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_worker_pb_WorkerMessage, _worker_pb_AdminMessage__Output>;
  workerStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_worker_pb_WorkerMessage, _worker_pb_AdminMessage__Output>;
  workerStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_worker_pb_WorkerMessage, _worker_pb_AdminMessage__Output>;
  
}

export interface WorkerServiceHandlers extends grpc.UntypedServiceImplementation {
  WorkerStream: grpc.handleBidiStreamingCall<_worker_pb_WorkerMessage__Output, _worker_pb_AdminMessage>;
  
}

export interface WorkerServiceDefinition extends grpc.ServiceDefinition {
  WorkerStream: MethodDefinition<_worker_pb_WorkerMessage, _worker_pb_AdminMessage, _worker_pb_WorkerMessage__Output, _worker_pb_AdminMessage__Output>
}
