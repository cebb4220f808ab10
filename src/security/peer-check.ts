import {
  Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  type ServerListener,
  status,
} from "@grpc/grpc-js";
import type { CommonNameRule } from "./common-names.ts";

/** Answers every call of a peer whose certificate's common name the rule does not allow with PERMISSION_DENIED. */
export function refuseOtherNames(rule: CommonNameRule): ServerInterceptor {
  return (_method, call) => {
    const name = commonName(call);
    if (rule(name)) return new ServerInterceptingCall(call);
    return new ServerInterceptingCall(call, {
      start: (next) => {
        const refuse: ServerListener = {
          onReceiveMetadata: () => {
            call.sendStatus({
              code: status.PERMISSION_DENIED,
              details: `not authorized: the certificate's common name "${name ?? ""}" is not allowed`,
              metadata: new Metadata(),
            });
          },
        };
        next(refuse);
      },
    });
  };
}

/** Common name of the peer's verified certificate; undefined without TLS. */
function commonName(call: ServerInterceptingCallInterface): string | undefined {
  const name: unknown = call.getAuthContext().sslPeerCertificate?.subject?.CN;
  return typeof name === "string" ? name : undefined;
}
