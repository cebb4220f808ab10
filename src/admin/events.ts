import { EventEmitter } from "node:events";
import type { LiveProgress } from "./sessions/worker-view.ts";
import type { TaskRecord } from "./store/store.ts";

/** What happens in the admin, as the event stream of the page and the metrics see it. */
export interface AdminEventMap {
  /** A task was created or changed state. */
  task: [task: TaskRecord];
  progress: [taskId: number, progress: LiveProgress];
  /** A worker came, went or changed what it does. */
  worker: [workerId: string];
  /** A scan of one task type ended. */
  scan: [type: string];
  /** Settings, pauses or the emergency stop changed. */
  policy: [];
}

export class AdminEvents extends EventEmitter<AdminEventMap> {}
