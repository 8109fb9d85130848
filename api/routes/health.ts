/** For load balancers and operators: whether the process lives, and whether it can serve. */
import { z } from 'zod';
import { definePublicRoute, json, type Route } from '../http/define-route.ts';
import type { Health } from '../services/health.ts';

const Alive = z.strictObject({ status: z.literal('alive') });
const Part = z.strictObject({ ok: z.boolean(), detail: z.string() });
export const Readiness = z
  .strictObject({ ready: z.boolean(), parts: z.record(z.string(), Part) })
  .meta({ id: 'Readiness' });

export function createHealthRoutes(health: Health): Route[] {
  return [
    definePublicRoute({
      method: 'get',
      path: '/healthz',
      operationId: 'readLiveness',
      summary: 'Whether the process is alive',
      answers: [{ status: 200, description: 'It is.', schema: Alive }],
      errors: [],
      handle: () => Promise.resolve(json(200, { status: 'alive' })),
    }),
    definePublicRoute({
      method: 'get',
      path: '/readyz',
      operationId: 'readReadiness',
      summary: 'Whether executions can be served',
      answers: [
        { status: 200, description: 'Database, Redis and at least one worker are there.', schema: Readiness },
        { status: 503, description: 'The parts tell what is missing.', schema: Readiness },
      ],
      errors: [],
      async handle() {
        const readiness = await health.readiness();
        return json(readiness.ready ? 200 : 503, readiness);
      },
    }),
  ];
}
