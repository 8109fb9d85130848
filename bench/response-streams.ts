/**
 * Many streams of responses at once on one api process. The model says pieces that hold the time when they were said:
 * each stream must bring every piece, in order, and tells how long it took.
 */
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { REQUESTS_AT_ONCE_PER_ORGANIZATION_MAX } from '../shared/contracts/limits.ts';
import { startModelServer } from '../test/helpers/model-server.ts';
import { modelSettings } from '../test/helpers/response-stage.ts';
import type { Client } from './client.ts';
import { openDeployment } from './deployment.ts';
import { summarize, type Summary } from './percentiles.ts';
import { readServerSentEvents } from './server-sent-events.ts';
import type { Row } from './table.ts';

const PIECES = 100;
const PIECE_EVERY_MS = 50;

type Measured = { readonly summary: Summary; readonly failures: readonly string[] };

export async function measureResponseStreams(streams: number): Promise<Row[]> {
  const provider = await startModelServer(() => saysTheTime);
  const deployment = await openDeployment('none', modelSettings(provider.url));
  try {
    const organizations = Math.ceil(streams / (REQUESTS_AT_ONCE_PER_ORGANIZATION_MAX / 2));
    const clients = await deployment.clients(organizations);
    const open = (count: number) => followAll(clients, count);
    await open(1); // brings in what is loaded late
    const alone = await open(1);
    const among = await open(streams);
    return [
      rowOf('*piece of one streamed response*', 1, alone, null),
      rowOf(`piece among ${String(streams)} streamed responses`, streams, among, alone.summary),
    ];
  } finally {
    await deployment.close();
    await provider.stop();
  }
}

async function followAll(clients: readonly Client[], count: number): Promise<Measured> {
  const startedMs = performance.now();
  const followed = await Promise.allSettled(
    Array.from({ length: count }, (_, index) => follow(clients[index % clients.length])),
  );
  const latencies = followed.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  const failures = followed.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
  return { summary: summarize(latencies, performance.now() - startedMs), failures };
}

/** @returns how long each piece took. @throws when one is missing or out of order */
async function follow(client: Client | undefined): Promise<number[]> {
  if (client === undefined) throw new Error('no client');
  const body = { model: 'clever', inputs: 'What time is it?' };
  const response = await client.send({ method: 'POST', path: '/v1/model/response/stream', body, events: true });
  const latencies: number[] = [];
  let said = '';
  let ended = '';
  for await (const { name, data } of readServerSentEvents(response)) {
    const arrivedMs = performance.now();
    if (name === 'response.output_text.delta') {
      const delta = deltaOf(data);
      // Pieces that waited beside each other come as one event.
      for (const [, atMs] of delta.matchAll(/\d+:([\d.]+) /g)) latencies.push(arrivedMs - Number(atMs));
      said += delta;
    }
    ended = name;
  }
  const numbers = [...said.matchAll(/(\d+):/g)].map(([, number]) => Number(number));
  const isWhole = numbers.length === PIECES && numbers.every((number, index) => number === index);
  if (isWhole && ended === 'response.completed') return latencies;
  throw new Error(`${String(numbers.length)} of ${String(PIECES)} pieces came, the last event was ${ended}`);
}

function deltaOf(data: unknown): string {
  return data !== null && typeof data === 'object' && 'delta' in data ? String(data.delta) : '';
}

async function saysTheTime(res: ServerResponse): Promise<void> {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  const write = (delta: object, finish: string | null) =>
    res.write(`data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
  for (let piece = 0; piece < PIECES; piece += 1) {
    write({ content: `${String(piece)}:${performance.now().toFixed(3)} ` }, null);
    await delay(PIECE_EVERY_MS);
  }
  write({}, 'stop');
  res.end('data: [DONE]\n\n');
}

function rowOf(name: string, clients: number, { summary, failures }: Measured, alone: Summary | null): Row {
  for (const failure of failures.slice(0, 3)) console.error(`${name}: ${failure}`);
  return {
    ...{ name, clients, summary, failed: failures.length, verdicts: [], note: '' },
    floor: alone && { what: 'one stream', p50Ms: alone.p50Ms, perSecond: null },
  };
}
