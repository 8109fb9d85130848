/** A line for each run that was reported, for operators who look for where an execution ran. */
import type { PostedReport } from '../shared/contracts/packed-json.ts';
import type { Log } from '../shared/platform/log.ts';

type Results = { readonly post: (report: PostedReport, signal?: AbortSignal) => Promise<void> };

/** Only at the level `debug`: there are many. */
export function logEnds(log: Pick<Log, 'debug' | 'isLevelEnabled'>, results: Results): Results {
  if (!log.isLevelEnabled('debug')) return results;
  return {
    async post(report, signal) {
      await results.post(report, signal);
      if (report.kind !== 'finished') return;
      const { execution_id: executionId, organization_id: organizationId, generation, attempt, exit, usage } = report;
      log.debug(
        {
          executionId,
          organizationId,
          generation,
          attempt,
          reason: exit.reason,
          queueMs: usage.queue_ms,
          wallMs: usage.wall_ms,
        },
        'run reported',
      );
    },
  };
}
