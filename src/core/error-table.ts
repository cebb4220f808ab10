/**
 * Every error code, with what it means and what to do. Codes are never reused. docs/errors.md is
 * written from this table and a test keeps the two equal; `rpc/status.ts` maps codes to gRPC and HTTP status.
 */
export interface ErrorEntry {
  readonly meaning: string;
  readonly hint: string;
}

const entry = (meaning: string, hint: string): ErrorEntry => ({ meaning, hint });

export const ERROR_TABLE = {
  // General
  "WK-INTERNAL": entry("A defect of weedkeeper.", "Report it with the log lines around it; -v=4 adds the stack."),
  "WK-CANCELLED": entry("The operation was cancelled.", "Nothing to do: whoever cancelled it knows."),
  "WK-TIMEOUT": entry("An operation did not end in its time.", "Look at the named server's load and network."),
  "WK-USAGE": entry("A command line that cannot be understood.", "Run the command with -h."),
  "WK-CONFIG": entry("A configuration file or environment value is wrong.", "Mend the named key in the named file."),
  "WK-ADDRESS": entry("A server address cannot be parsed.", "Write host:port or host:port.grpcPort."),

  // Remote calls
  "WK-RPC": entry("A remote call failed.", "The text is the peer's own; look at its log."),
  "WK-RPC-UNREACHABLE": entry("A server cannot be reached.", "Is it running, and is the address and port right?"),
  "WK-RPC-NOT-FOUND": entry("The server does not have what was asked for.", "The cluster may have changed since."),
  "WK-RPC-REFUSED": entry("The server refused the call.", "Check its white list and the certificate's common name."),
  "WK-RPC-MAINTENANCE": entry("The volume server is in maintenance mode.", "Take it out of maintenance mode first."),
  "WK-RPC-NOT-LEADER": entry("The master that was asked is not the leader.", "The next call goes to the leader."),
  "WK-RPC-PROTOCOL": entry("The peer speaks another protocol.", "Is this the gRPC port, and do both ends use TLS?"),

  // Settings and tasks
  "WK-CONFIG-VALUE": entry("A setting is unknown or out of its range.", "The message names the setting and its range."),
  "WK-TASK-PLAN": entry("A task's plan does not fit its type.", "Create the task again; the planner makes a new plan."),
  "WK-TASK-STALE": entry("The cluster changed since the task was planned.", "Nothing to do: the next scan plans anew."),
  "WK-TASK-UNSAFE": entry(
    "A precondition of a destructive step does not hold.",
    "The message says what was read; the source is untouched.",
  ),
  "WK-TASK-VERIFY": entry(
    "What should replace the source is not what it should be.",
    "The source is untouched; the next attempt builds it anew.",
  ),
  "WK-TASK-SPACE": entry(
    "There is not enough free space for the task.",
    "Free space on the named server, or move a volume off it.",
  ),
  "WK-TASK-VERSION": entry("A server is too old for this task type.", "Upgrade the named server."),
} as const satisfies Record<`WK-${string}`, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_TABLE;
