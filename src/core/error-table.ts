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
  "WK-RPC-TLS": entry("The TLS handshake with a peer failed.", "Both ends need certificates of the same authority."),
  "WK-RPC-STREAM-CUT": entry(
    "A stream ended before its last message.",
    "The server may go on with the work: look at its state before you repeat the call.",
  ),
  "WK-RPC-TOO-LARGE": entry("A message or file is larger than is allowed.", "The message names the limit."),
  "WK-RPC-UNIMPLEMENTED": entry(
    "The peer does not know this call.",
    "Is the server old, or is this another service's port?",
  ),
  "WK-RPC-BUSY": entry("The server cannot do this right now.", "It asks for a retry; nothing to do unless it lasts."),
  "WK-LISTEN": entry("A port cannot be listened on.", "Another process may hold it; choose another port or address."),
  "WK-LOCK-HELD": entry("Another client holds a lock of the master.", "The message names it; wait until it is done."),
  "WK-LOCK-LOST": entry(
    "A lock of the master was lost.",
    "Work under the lock stopped at a safe place; it is tried again.",
  ),
  "WK-TLS-CONFIG": entry(
    "The TLS settings cannot be used.",
    "Mend the named key of security.toml, or the file it names.",
  ),

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

  // Files of a volume
  "WK-FORMAT": entry("A file or text of a volume cannot be understood.", "The named file may be cut short or damaged."),
  "WK-CHECKSUM": entry("Stored bytes do not match their checksum.", "Read another copy; repair this one from it."),
  "WK-EC-SHARDS": entry("Erasure coding shards do not fit together or too few are left.", "Look at the named shards."),

  // Queue and store
  "WK-STORE-OPEN": entry(
    "The state database cannot be used.",
    "Check the data directory, its owner and its free space.",
  ),
  "WK-STORE-WRITE": entry(
    "A commit to the state database failed.",
    "Is the disk of the data directory full or read-only?",
  ),
  "WK-TASK-NOT-FOUND": entry(
    "There is no such task.",
    "Look at the task list; finished tasks are kept for a limited time.",
  ),
  "WK-TASK-STATE": entry("The task is not in a state that allows this.", "The message names its state."),
  "WK-TASK-TOO-LATE": entry("The task passed its commit point and only rolls forward.", "Wait for it to finish."),
  "WK-TASK-NOT-DUE": entry("The rules of the task type say no for this volume.", "The message names the rules."),
  "WK-TASK-BUSY": entry("Another live task has the volume.", "Wait for it, or cancel it first."),
  "WK-ATTEMPT-LOST": entry(
    "The worker of an attempt vanished.",
    "Nothing to do: the task goes on elsewhere. Look at the worker's log.",
  ),
  "WK-ATTEMPT-DEAD": entry(
    "The attempt is not the task's current one any more.",
    "Nothing to do: the task went on elsewhere.",
  ),
  "WK-WORKER-GONE": entry("The worker is not connected.", "Its own task_logs folder keeps the log."),

  // Worker
  "WK-WORKER-DIR": entry("The worker cannot use its working directory.", "Check its owner and free space."),
  "WK-WORKER-LOCKED": entry(
    "Another worker process uses the working directory.",
    "Stop that process, or give this one a -workingDir of its own.",
  ),
  "WK-WORKER-REFUSED": entry("The admin refused the worker's registration.", "The text is the admin's own."),
  "WK-WORKER-STOPPING": entry(
    "The worker is stopping and hands its task back.",
    "Nothing to do: another attempt goes on from the last checkpoint.",
  ),
  "WK-WORKER-CAPACITY": entry("The worker has no free slot for the task.", "Nothing to do: the task is handed back."),
  "WK-TASK-TYPE": entry("The worker cannot run this type of task.", "Start it with the capability, or upgrade it."),

  // HTTP
  "WK-HTTP-INPUT": entry(
    "A request cannot be understood.",
    "The message names the field; /api/v1/openapi.json lists them.",
  ),
  "WK-HTTP-NOT-FOUND": entry("There is nothing at this path.", "/api/v1/openapi.json lists the paths."),
  "WK-HTTP-METHOD": entry("The path does not take this method.", "The Allow header names those it takes."),
  "WK-HTTP-TYPE": entry("A change was sent in another form than JSON.", "Send Content-Type: application/json."),
  "WK-HTTP-REFUSED": entry(
    "A request was refused before it was looked at.",
    "The message says why: host, origin, or a proxy in between.",
  ),
  "WK-WORKER-WORD": entry(
    "A worker sent something that cannot be understood.",
    "Is it the same release? Its log says what it sent.",
  ),
  "WK-WORKER-LOG": entry("The worker has no log of this attempt.", "Logs are kept for a limited time."),
  "WK-ADMIN-API": entry(
    "An admin's HTTP API refused a request or could not be asked.",
    "Is -admin the address of the admin's page?",
  ),
  "WK-DEMO": entry("The demo could not go on.", "The message names the file with the output of the process."),
} as const satisfies Record<`WK-${string}`, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_TABLE;
