/** What operators look at first. */
import { z } from 'zod';
import { Overview, OverviewRange } from '../../shared/contracts/operator-overview.ts';
import { defineOperatorRoute, json, type Route } from '../http/define-route.ts';
import type { OverviewReading } from '../services/overview.ts';

const Query = z.strictObject({ range: OverviewRange.default('hour') });

export function createAdminOverviewRoutes(overview: OverviewReading): Route[] {
  return [
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/overview',
      operationId: 'readOverview',
      summary: 'Read how the service does',
      description:
        'Now, and over the last hour by minutes, day by quarters of an hour, or week by hours. Read once in two seconds, ' +
        'however many ask.',
      query: Query,
      answers: [{ status: 200, description: 'The overview.', schema: Overview }],
      errors: ['VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ query }) => json(200, await overview.read(query.range)),
    }),
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/overview/events',
      operationId: 'followOverview',
      summary: 'Follow how the service does',
      answers: [
        {
          status: 200,
          description: 'Live events.',
          events: 'Server-sent events: every two seconds `overview`, with the state now and the last minute.',
        },
      ],
      errors: ['TOO_MANY_STREAMS'],
      handle({ signal }) {
        const { events, close } = overview.open(signal);
        return Promise.resolve({ kind: 'events', events, onEnd: close });
      },
    }),
  ];
}
