/** A process's metrics in Prometheus's text format, served on a port of their own. No label names an organization. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, Registry } from '@prometheus-io/client';
import type { Lifecycle } from './lifecycle.ts';

export type MetricsAddress = { readonly host: string; readonly port: number };

/** Seconds; from a run that is warm and short to one that takes all of its time. */
export const RUN_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60];

/** @param withProcess adds memory, CPU, event loop and garbage collection of the process */
export function createRegistry(withProcess: boolean): Registry {
  const registry = new Registry();
  if (withProcess) collectDefaultMetrics({ register: registry });
  return registry;
}

/**
 * Answers `GET /metrics`.
 * @returns its URL
 * @throws Error when the port is taken
 */
export async function openMetricsServer(
  registry: Pick<Registry, 'metrics' | 'contentType'>,
  { host, port }: MetricsAddress,
  lifecycle: Pick<Lifecycle, 'onClose'>,
): Promise<string> {
  const server = createServer((req, res) => {
    if (req.url !== '/metrics' || req.method !== 'GET') {
      res.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => res.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' }).end(text),
      () => res.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  lifecycle.onClose('metrics', () => {
    server.close();
    server.closeAllConnections();
  });
  const address: AddressInfo | string | null = server.address();
  const bound = address !== null && typeof address === 'object' ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(bound)}/metrics`;
}
