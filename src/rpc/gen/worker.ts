import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Ack as _worker_pb_Ack, Ack__Output as _worker_pb_Ack__Output } from './worker_pb/Ack.ts';
import type { AdminMessage as _worker_pb_AdminMessage, AdminMessage__Output as _worker_pb_AdminMessage__Output } from './worker_pb/AdminMessage.ts';
import type { AdminShutdown as _worker_pb_AdminShutdown, AdminShutdown__Output as _worker_pb_AdminShutdown__Output } from './worker_pb/AdminShutdown.ts';
import type { AttemptGrant as _worker_pb_AttemptGrant, AttemptGrant__Output as _worker_pb_AttemptGrant__Output } from './worker_pb/AttemptGrant.ts';
import type { AuditRecord as _worker_pb_AuditRecord, AuditRecord__Output as _worker_pb_AuditRecord__Output } from './worker_pb/AuditRecord.ts';
import type { BalanceMoveSpec as _worker_pb_BalanceMoveSpec, BalanceMoveSpec__Output as _worker_pb_BalanceMoveSpec__Output } from './worker_pb/BalanceMoveSpec.ts';
import type { BalanceTaskConfig as _worker_pb_BalanceTaskConfig, BalanceTaskConfig__Output as _worker_pb_BalanceTaskConfig__Output } from './worker_pb/BalanceTaskConfig.ts';
import type { BalanceTaskParams as _worker_pb_BalanceTaskParams, BalanceTaskParams__Output as _worker_pb_BalanceTaskParams__Output } from './worker_pb/BalanceTaskParams.ts';
import type { Checkpoint as _worker_pb_Checkpoint, Checkpoint__Output as _worker_pb_Checkpoint__Output } from './worker_pb/Checkpoint.ts';
import type { ContinuationHint as _worker_pb_ContinuationHint, ContinuationHint__Output as _worker_pb_ContinuationHint__Output } from './worker_pb/ContinuationHint.ts';
import type { EcBalanceTaskConfig as _worker_pb_EcBalanceTaskConfig, EcBalanceTaskConfig__Output as _worker_pb_EcBalanceTaskConfig__Output } from './worker_pb/EcBalanceTaskConfig.ts';
import type { EcBalanceTaskParams as _worker_pb_EcBalanceTaskParams, EcBalanceTaskParams__Output as _worker_pb_EcBalanceTaskParams__Output } from './worker_pb/EcBalanceTaskParams.ts';
import type { EcShardMoveSpec as _worker_pb_EcShardMoveSpec, EcShardMoveSpec__Output as _worker_pb_EcShardMoveSpec__Output } from './worker_pb/EcShardMoveSpec.ts';
import type { ErasureCodingTaskConfig as _worker_pb_ErasureCodingTaskConfig, ErasureCodingTaskConfig__Output as _worker_pb_ErasureCodingTaskConfig__Output } from './worker_pb/ErasureCodingTaskConfig.ts';
import type { ErasureCodingTaskParams as _worker_pb_ErasureCodingTaskParams, ErasureCodingTaskParams__Output as _worker_pb_ErasureCodingTaskParams__Output } from './worker_pb/ErasureCodingTaskParams.ts';
import type { HeartbeatResponse as _worker_pb_HeartbeatResponse, HeartbeatResponse__Output as _worker_pb_HeartbeatResponse__Output } from './worker_pb/HeartbeatResponse.ts';
import type { LeaseGrant as _worker_pb_LeaseGrant, LeaseGrant__Output as _worker_pb_LeaseGrant__Output } from './worker_pb/LeaseGrant.ts';
import type { LeaseRenewal as _worker_pb_LeaseRenewal, LeaseRenewal__Output as _worker_pb_LeaseRenewal__Output } from './worker_pb/LeaseRenewal.ts';
import type { MaintenanceConfig as _worker_pb_MaintenanceConfig, MaintenanceConfig__Output as _worker_pb_MaintenanceConfig__Output } from './worker_pb/MaintenanceConfig.ts';
import type { MaintenancePolicy as _worker_pb_MaintenancePolicy, MaintenancePolicy__Output as _worker_pb_MaintenancePolicy__Output } from './worker_pb/MaintenancePolicy.ts';
import type { MaintenanceTaskData as _worker_pb_MaintenanceTaskData, MaintenanceTaskData__Output as _worker_pb_MaintenanceTaskData__Output } from './worker_pb/MaintenanceTaskData.ts';
import type { OrphanCheckpoint as _worker_pb_OrphanCheckpoint, OrphanCheckpoint__Output as _worker_pb_OrphanCheckpoint__Output } from './worker_pb/OrphanCheckpoint.ts';
import type { RegistrationResponse as _worker_pb_RegistrationResponse, RegistrationResponse__Output as _worker_pb_RegistrationResponse__Output } from './worker_pb/RegistrationResponse.ts';
import type { ReplicationTaskConfig as _worker_pb_ReplicationTaskConfig, ReplicationTaskConfig__Output as _worker_pb_ReplicationTaskConfig__Output } from './worker_pb/ReplicationTaskConfig.ts';
import type { ReplicationTaskParams as _worker_pb_ReplicationTaskParams, ReplicationTaskParams__Output as _worker_pb_ReplicationTaskParams__Output } from './worker_pb/ReplicationTaskParams.ts';
import type { S3LifecycleParams as _worker_pb_S3LifecycleParams, S3LifecycleParams__Output as _worker_pb_S3LifecycleParams__Output } from './worker_pb/S3LifecycleParams.ts';
import type { SessionGrant as _worker_pb_SessionGrant, SessionGrant__Output as _worker_pb_SessionGrant__Output } from './worker_pb/SessionGrant.ts';
import type { TaskAssignment as _worker_pb_TaskAssignment, TaskAssignment__Output as _worker_pb_TaskAssignment__Output } from './worker_pb/TaskAssignment.ts';
import type { TaskAssignmentRecord as _worker_pb_TaskAssignmentRecord, TaskAssignmentRecord__Output as _worker_pb_TaskAssignmentRecord__Output } from './worker_pb/TaskAssignmentRecord.ts';
import type { TaskCancellation as _worker_pb_TaskCancellation, TaskCancellation__Output as _worker_pb_TaskCancellation__Output } from './worker_pb/TaskCancellation.ts';
import type { TaskComplete as _worker_pb_TaskComplete, TaskComplete__Output as _worker_pb_TaskComplete__Output } from './worker_pb/TaskComplete.ts';
import type { TaskCreationMetrics as _worker_pb_TaskCreationMetrics, TaskCreationMetrics__Output as _worker_pb_TaskCreationMetrics__Output } from './worker_pb/TaskCreationMetrics.ts';
import type { TaskLogEntry as _worker_pb_TaskLogEntry, TaskLogEntry__Output as _worker_pb_TaskLogEntry__Output } from './worker_pb/TaskLogEntry.ts';
import type { TaskLogMetadata as _worker_pb_TaskLogMetadata, TaskLogMetadata__Output as _worker_pb_TaskLogMetadata__Output } from './worker_pb/TaskLogMetadata.ts';
import type { TaskLogRequest as _worker_pb_TaskLogRequest, TaskLogRequest__Output as _worker_pb_TaskLogRequest__Output } from './worker_pb/TaskLogRequest.ts';
import type { TaskLogResponse as _worker_pb_TaskLogResponse, TaskLogResponse__Output as _worker_pb_TaskLogResponse__Output } from './worker_pb/TaskLogResponse.ts';
import type { TaskParams as _worker_pb_TaskParams, TaskParams__Output as _worker_pb_TaskParams__Output } from './worker_pb/TaskParams.ts';
import type { TaskPolicy as _worker_pb_TaskPolicy, TaskPolicy__Output as _worker_pb_TaskPolicy__Output } from './worker_pb/TaskPolicy.ts';
import type { TaskRequest as _worker_pb_TaskRequest, TaskRequest__Output as _worker_pb_TaskRequest__Output } from './worker_pb/TaskRequest.ts';
import type { TaskSource as _worker_pb_TaskSource, TaskSource__Output as _worker_pb_TaskSource__Output } from './worker_pb/TaskSource.ts';
import type { TaskStateFile as _worker_pb_TaskStateFile, TaskStateFile__Output as _worker_pb_TaskStateFile__Output } from './worker_pb/TaskStateFile.ts';
import type { TaskTarget as _worker_pb_TaskTarget, TaskTarget__Output as _worker_pb_TaskTarget__Output } from './worker_pb/TaskTarget.ts';
import type { TaskUpdate as _worker_pb_TaskUpdate, TaskUpdate__Output as _worker_pb_TaskUpdate__Output } from './worker_pb/TaskUpdate.ts';
import type { VacuumTaskConfig as _worker_pb_VacuumTaskConfig, VacuumTaskConfig__Output as _worker_pb_VacuumTaskConfig__Output } from './worker_pb/VacuumTaskConfig.ts';
import type { VacuumTaskParams as _worker_pb_VacuumTaskParams, VacuumTaskParams__Output as _worker_pb_VacuumTaskParams__Output } from './worker_pb/VacuumTaskParams.ts';
import type { VolumeHealthMetrics as _worker_pb_VolumeHealthMetrics, VolumeHealthMetrics__Output as _worker_pb_VolumeHealthMetrics__Output } from './worker_pb/VolumeHealthMetrics.ts';
import type { WorkerExtensions as _worker_pb_WorkerExtensions, WorkerExtensions__Output as _worker_pb_WorkerExtensions__Output } from './worker_pb/WorkerExtensions.ts';
import type { WorkerHeartbeat as _worker_pb_WorkerHeartbeat, WorkerHeartbeat__Output as _worker_pb_WorkerHeartbeat__Output } from './worker_pb/WorkerHeartbeat.ts';
import type { WorkerMessage as _worker_pb_WorkerMessage, WorkerMessage__Output as _worker_pb_WorkerMessage__Output } from './worker_pb/WorkerMessage.ts';
import type { WorkerRegistration as _worker_pb_WorkerRegistration, WorkerRegistration__Output as _worker_pb_WorkerRegistration__Output } from './worker_pb/WorkerRegistration.ts';
import type { WorkerServiceClient as _worker_pb_WorkerServiceClient, WorkerServiceDefinition as _worker_pb_WorkerServiceDefinition } from './worker_pb/WorkerService.ts';
import type { WorkerShutdown as _worker_pb_WorkerShutdown, WorkerShutdown__Output as _worker_pb_WorkerShutdown__Output } from './worker_pb/WorkerShutdown.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  worker_pb: {
    Ack: MessageTypeDefinition<_worker_pb_Ack, _worker_pb_Ack__Output>
    AdminMessage: MessageTypeDefinition<_worker_pb_AdminMessage, _worker_pb_AdminMessage__Output>
    AdminShutdown: MessageTypeDefinition<_worker_pb_AdminShutdown, _worker_pb_AdminShutdown__Output>
    AttemptGrant: MessageTypeDefinition<_worker_pb_AttemptGrant, _worker_pb_AttemptGrant__Output>
    AuditRecord: MessageTypeDefinition<_worker_pb_AuditRecord, _worker_pb_AuditRecord__Output>
    BalanceMoveSpec: MessageTypeDefinition<_worker_pb_BalanceMoveSpec, _worker_pb_BalanceMoveSpec__Output>
    BalanceTaskConfig: MessageTypeDefinition<_worker_pb_BalanceTaskConfig, _worker_pb_BalanceTaskConfig__Output>
    BalanceTaskParams: MessageTypeDefinition<_worker_pb_BalanceTaskParams, _worker_pb_BalanceTaskParams__Output>
    Checkpoint: MessageTypeDefinition<_worker_pb_Checkpoint, _worker_pb_Checkpoint__Output>
    CompletionKind: EnumTypeDefinition
    ContinuationHint: MessageTypeDefinition<_worker_pb_ContinuationHint, _worker_pb_ContinuationHint__Output>
    EcBalanceTaskConfig: MessageTypeDefinition<_worker_pb_EcBalanceTaskConfig, _worker_pb_EcBalanceTaskConfig__Output>
    EcBalanceTaskParams: MessageTypeDefinition<_worker_pb_EcBalanceTaskParams, _worker_pb_EcBalanceTaskParams__Output>
    EcShardMoveSpec: MessageTypeDefinition<_worker_pb_EcShardMoveSpec, _worker_pb_EcShardMoveSpec__Output>
    ErasureCodingTaskConfig: MessageTypeDefinition<_worker_pb_ErasureCodingTaskConfig, _worker_pb_ErasureCodingTaskConfig__Output>
    ErasureCodingTaskParams: MessageTypeDefinition<_worker_pb_ErasureCodingTaskParams, _worker_pb_ErasureCodingTaskParams__Output>
    HeartbeatResponse: MessageTypeDefinition<_worker_pb_HeartbeatResponse, _worker_pb_HeartbeatResponse__Output>
    LeaseGrant: MessageTypeDefinition<_worker_pb_LeaseGrant, _worker_pb_LeaseGrant__Output>
    LeaseRenewal: MessageTypeDefinition<_worker_pb_LeaseRenewal, _worker_pb_LeaseRenewal__Output>
    MaintenanceConfig: MessageTypeDefinition<_worker_pb_MaintenanceConfig, _worker_pb_MaintenanceConfig__Output>
    MaintenancePolicy: MessageTypeDefinition<_worker_pb_MaintenancePolicy, _worker_pb_MaintenancePolicy__Output>
    MaintenanceTaskData: MessageTypeDefinition<_worker_pb_MaintenanceTaskData, _worker_pb_MaintenanceTaskData__Output>
    OrphanCheckpoint: MessageTypeDefinition<_worker_pb_OrphanCheckpoint, _worker_pb_OrphanCheckpoint__Output>
    RegistrationResponse: MessageTypeDefinition<_worker_pb_RegistrationResponse, _worker_pb_RegistrationResponse__Output>
    ReplicationTaskConfig: MessageTypeDefinition<_worker_pb_ReplicationTaskConfig, _worker_pb_ReplicationTaskConfig__Output>
    ReplicationTaskParams: MessageTypeDefinition<_worker_pb_ReplicationTaskParams, _worker_pb_ReplicationTaskParams__Output>
    S3LifecycleParams: MessageTypeDefinition<_worker_pb_S3LifecycleParams, _worker_pb_S3LifecycleParams__Output>
    SessionGrant: MessageTypeDefinition<_worker_pb_SessionGrant, _worker_pb_SessionGrant__Output>
    TaskAssignment: MessageTypeDefinition<_worker_pb_TaskAssignment, _worker_pb_TaskAssignment__Output>
    TaskAssignmentRecord: MessageTypeDefinition<_worker_pb_TaskAssignmentRecord, _worker_pb_TaskAssignmentRecord__Output>
    TaskCancellation: MessageTypeDefinition<_worker_pb_TaskCancellation, _worker_pb_TaskCancellation__Output>
    TaskComplete: MessageTypeDefinition<_worker_pb_TaskComplete, _worker_pb_TaskComplete__Output>
    TaskCreationMetrics: MessageTypeDefinition<_worker_pb_TaskCreationMetrics, _worker_pb_TaskCreationMetrics__Output>
    TaskLogEntry: MessageTypeDefinition<_worker_pb_TaskLogEntry, _worker_pb_TaskLogEntry__Output>
    TaskLogMetadata: MessageTypeDefinition<_worker_pb_TaskLogMetadata, _worker_pb_TaskLogMetadata__Output>
    TaskLogRequest: MessageTypeDefinition<_worker_pb_TaskLogRequest, _worker_pb_TaskLogRequest__Output>
    TaskLogResponse: MessageTypeDefinition<_worker_pb_TaskLogResponse, _worker_pb_TaskLogResponse__Output>
    TaskParams: MessageTypeDefinition<_worker_pb_TaskParams, _worker_pb_TaskParams__Output>
    TaskPolicy: MessageTypeDefinition<_worker_pb_TaskPolicy, _worker_pb_TaskPolicy__Output>
    TaskRequest: MessageTypeDefinition<_worker_pb_TaskRequest, _worker_pb_TaskRequest__Output>
    TaskSource: MessageTypeDefinition<_worker_pb_TaskSource, _worker_pb_TaskSource__Output>
    TaskStateFile: MessageTypeDefinition<_worker_pb_TaskStateFile, _worker_pb_TaskStateFile__Output>
    TaskTarget: MessageTypeDefinition<_worker_pb_TaskTarget, _worker_pb_TaskTarget__Output>
    TaskUpdate: MessageTypeDefinition<_worker_pb_TaskUpdate, _worker_pb_TaskUpdate__Output>
    VacuumTaskConfig: MessageTypeDefinition<_worker_pb_VacuumTaskConfig, _worker_pb_VacuumTaskConfig__Output>
    VacuumTaskParams: MessageTypeDefinition<_worker_pb_VacuumTaskParams, _worker_pb_VacuumTaskParams__Output>
    VolumeHealthMetrics: MessageTypeDefinition<_worker_pb_VolumeHealthMetrics, _worker_pb_VolumeHealthMetrics__Output>
    WorkerExtensions: MessageTypeDefinition<_worker_pb_WorkerExtensions, _worker_pb_WorkerExtensions__Output>
    WorkerHeartbeat: MessageTypeDefinition<_worker_pb_WorkerHeartbeat, _worker_pb_WorkerHeartbeat__Output>
    WorkerMessage: MessageTypeDefinition<_worker_pb_WorkerMessage, _worker_pb_WorkerMessage__Output>
    WorkerRegistration: MessageTypeDefinition<_worker_pb_WorkerRegistration, _worker_pb_WorkerRegistration__Output>
    WorkerService: SubtypeConstructor<typeof grpc.Client, _worker_pb_WorkerServiceClient> & { service: _worker_pb_WorkerServiceDefinition }
    WorkerShutdown: MessageTypeDefinition<_worker_pb_WorkerShutdown, _worker_pb_WorkerShutdown__Output>
  }
}

