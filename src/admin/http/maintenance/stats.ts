import { z } from "zod";
import type { Stats } from "../../services/stats-service.ts";
import type { AdminApi } from "../admin-api.ts";
import { type Route, route } from "../route.ts";
import { isoOrNull, LEGACY_STATUSES, nanoseconds, statesOf } from "./json.ts";
import { doneSchema, legacyStatsSchema } from "./schemas.ts";

export function maintenanceStatsRoutes(api: AdminApi): readonly Route[] {
  return [
    route({
      method: "get",
      path: "/api/maintenance/stats",
      summary: "Numbers of the queue, the workers and the scans.",
      response: legacyStatsSchema,
      handle: async () => legacyStats(await api.stats.stats()),
    }),
    route({
      method: "post",
      path: "/api/maintenance/scan",
      summary: "Scans every task type now; answers when the scans have ended.",
      body: z.looseObject({}),
      response: doneSchema,
      handle: async () => {
        const scans = await api.scans.scanAll();
        const text = scans.map((scan) =>
          scan.error === undefined
            ? `${scan.type}: ${scan.found} found, ${scan.enqueued} enqueued`
            : `${scan.type} failed: ${scan.error}`,
        );
        return { success: true as const, message: text.join("; ") };
      },
    }),
  ];
}

export function legacyStats(stats: Stats): z.input<typeof legacyStatsSchema> {
  const byStatus: Record<string, number> = {};
  for (const status of LEGACY_STATUSES) {
    byStatus[status] = statesOf(status).reduce((sum, state) => sum + (stats.byState[state] ?? 0), 0);
  }
  return {
    total_tasks: Object.values(stats.byState).reduce((sum, count) => sum + count, 0),
    tasks_by_status: byStatus,
    tasks_by_state: { ...stats.byState },
    tasks_by_type: { ...stats.byType },
    active_workers: stats.workersConnected,
    completed_today: stats.completedToday,
    failed_today: stats.failedToday,
    average_task_time: nanoseconds(stats.averageTaskMs),
    last_scan_time: isoOrNull(stats.lastScanAt),
    next_scan_time: isoOrNull(stats.nextScanAt),
    scans: stats.scans.map((scan) => ({
      type: scan.type,
      running: scan.running,
      last_started: isoOrNull(scan.lastStartedAt),
      last_ended: isoOrNull(scan.lastEndedAt),
      next: isoOrNull(scan.nextAt),
      examined: scan.examined,
      found: scan.found,
      enqueued: scan.enqueued,
      skipped: { ...scan.skipped },
      error: scan.error ?? "",
    })),
  };
}
