/** `GET /v1/packages`: what code can import. */
import { PackageList } from '../../shared/contracts/worker-status.ts';
import { defineRoute, json, type Route } from '../http/define-route.ts';
import type { Packages } from '../services/packages.ts';

export function createPackagesRoute(packages: Packages): Route {
  return defineRoute({
    scope: 'executions',
    method: 'get',
    path: '/v1/packages',
    operationId: 'listPackages',
    summary: 'List what code can import',
    answers: [
      { status: 200, description: 'The Python version and every importable distribution.', schema: PackageList },
    ],
    errors: ['NO_WORKER', 'QUEUE_UNAVAILABLE'],
    handle: async () => json(200, await packages.list()),
  });
}
