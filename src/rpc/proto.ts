import { fileURLToPath } from "node:url";
import { loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync, type Options } from "@grpc/proto-loader";
import type { ProtoGrpcType as MasterTypes } from "./gen/master.ts";
import type { ProtoGrpcType as WorkerTypes } from "./gen/worker.ts";

/** The folder of the protocol files: two levels up from `src/rpc` and from `dist/rpc` alike. */
export const protoDir = fileURLToPath(new URL("../../proto/", import.meta.url));

/** How every message is read and written: names as in the files, 64-bit numbers and enums as text, absent = undefined. */
const READ_OPTIONS = {
  keepCase: true,
  longs: String,
  enums: String,
  oneofs: true,
  defaults: false,
  includeDirs: [protoDir],
} satisfies Options;

const loaded: unknown = loadPackageDefinition(loadSync(["worker.proto", "master.proto"], READ_OPTIONS));

/**
 * All messages and services, loaded once. A message has `serialize(value)` and `deserialize(bytes)`; the types
 * in `gen/` say what is in them. `master.proto` brings `volume_server.proto` with it.
 */
export const proto = loaded as WorkerTypes & MasterTypes;

/** For `server.addService` and for the call functions of `call.ts`. */
export const workerService = proto.worker_pb.WorkerService.service;
export const masterService = proto.master_pb.Seaweed.service;
export const volumeServerService = proto.volume_server_pb.VolumeServer.service;
