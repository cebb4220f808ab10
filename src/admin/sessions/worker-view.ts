/** A worker as pages and the API show it. Times are Unix ms. */
export interface WorkerView {
  readonly id: string;
  /** Address the stream comes from. */
  readonly address: string;
  readonly version: string;
  /** `weedkeeper`: leases and acknowledgements; `go`: plain worker.proto. */
  readonly protocol: "weedkeeper" | "go";
  readonly capabilities: readonly string[];
  readonly maxConcurrent: number;
  /** Attempts with this worker, by our count. */
  readonly running: readonly RunningAttempt[];
  /** `idle`: nothing runs; `active`: something runs; `busy`: no free slot; `lost`: its stream is gone and its leases still run. */
  readonly status: "idle" | "active" | "busy" | "lost";
  readonly connectedAt: number;
  readonly lastHeartbeatAt: number;
  /** Counted by this admin since it first saw the worker. */
  readonly completed: number;
  readonly failed: number;
  readonly uptimeSeconds: number;
  /** Servers (`host:port`) it could not reach lately: it gets no task of them for a while. */
  readonly cannotReach: readonly string[];
}

export interface RunningAttempt {
  readonly taskId: number;
  readonly wireId: string;
  readonly progress: LiveProgress | undefined;
}

/** The last word of a worker about how far an attempt is. Kept in memory only. */
export interface LiveProgress {
  readonly stage: string;
  /** 0–100. */
  readonly percent: number;
  readonly bytesDone: number | undefined;
  readonly bytesTotal: number | undefined;
  readonly message: string;
  readonly at: number;
}

export interface TaskLogLine {
  readonly timestamp: number;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What services and pages may ask of the worker side. */
export interface WorkersPort {
  workers(): readonly WorkerView[];
  worker(id: string): WorkerView | undefined;
  progress(taskId: number): LiveProgress | undefined;
  /** Asks the worker for the log of an attempt, newest `maxEntries` lines; retried; WK-WORKER-GONE when it is not connected. */
  pullLog(workerId: string, wireId: string, maxEntries: number): Promise<readonly TaskLogLine[]>;
  /** After tasks were created, cancelled or settings changed: tells workers and hands out what is due. */
  wake(): void;
  /** After a running task was asked to stop: sends the cancellation. */
  sendCancellation(taskId: number, reason: string): void;
}
