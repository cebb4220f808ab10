import { ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { closeServer, createServer, listen } from "./channel.ts";
import { type ServerAddress, serverAddress } from "./server-address.ts";

export interface TestServer {
  readonly address: ServerAddress;
  close(): Promise<void>;
}

/** A real gRPC server on a free port of 127.0.0.1; calls without a handler are answered "unimplemented". */
export async function startTestServer<Handlers extends UntypedServiceImplementation>(
  service: ServiceDefinition,
  handlers: Partial<Handlers>,
  options: { readonly credentials?: ServerCredentials; readonly port?: number } = {},
): Promise<TestServer> {
  const server = createServer();
  const given: UntypedServiceImplementation = {};
  for (const [name, handler] of Object.entries(handlers)) {
    if (handler !== undefined) given[name] = handler;
  }
  server.addService(service, given);
  const credentials = options.credentials ?? ServerCredentials.createInsecure();
  const port = await listen(server, "127.0.0.1", options.port ?? 0, credentials);
  return { address: serverAddress("127.0.0.1", port, port), close: () => closeServer(server, 0) };
}
