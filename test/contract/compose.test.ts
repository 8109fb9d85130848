import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ServerEnvironment } from '../../api/config.ts';
import { WorkerEnvironment } from '../../worker/config.ts';

const lines = readFileSync(join(import.meta.dirname, '..', '..', 'docker-compose.yml'), 'utf8').split('\n');

/** The names of the mapping that follows the line `at`, and lie deeper than it. */
function namesBelow(at: number): string[] {
  const depthOf = (line: string) => line.length - line.trimStart().length;
  const depth = depthOf(lines[at] ?? '');
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => line.trim() !== '' && depthOf(line) <= depth);
  return rest.slice(0, end).flatMap((line) => /^\s+([A-Z][A-Z0-9_]+):/.exec(line)?.[1] ?? []);
}

/** Variables that a service is given. */
function environmentOf(service: string): string[] {
  const start = lines.indexOf(`  ${service}:`);
  const at = lines.findIndex((line, index) => index > start && line.trim() === 'environment:');
  const isTraced = lines[at + 1]?.trim() === '<<: *tracing';
  return [...namesBelow(at), ...(isTraced ? namesBelow(lines.indexOf('x-tracing: &tracing')) : [])];
}

/** Fixed by what a container is: its user, and names that only one deployment uses. */
const FIXED = ['SERVICE_USER', 'REDIS_NAMESPACE'];

/** Which of them is read is told by `MODELS`. */
const isModelKey = (name: string) => name.endsWith('_API_KEY');

describe('compose: settings', () => {
  it.each([
    ['api', ServerEnvironment],
    ['worker', WorkerEnvironment],
  ])('hands every setting of the %s on', (service, { shape }) => {
    const wanted = Object.keys(shape).filter((name) => !FIXED.includes(name));
    const given = environmentOf(service);
    expect(wanted.filter((name) => !given.includes(name))).toEqual([]);
  });

  it('takes every setting from the variable of its name', () => {
    const handedOn = lines.flatMap((line) => [...line.matchAll(/^ +([A-Z][A-Z0-9_]+): \$\{([A-Z][A-Z0-9_]+):-/g)]);
    expect(handedOn.length).toBeGreaterThan(20);
    expect(handedOn.filter(([, name, from]) => name !== from).map(([line]) => line.trim())).toEqual([]);
  });

  it.each([
    ['api', ServerEnvironment],
    ['worker', WorkerEnvironment],
  ])('gives the %s no variable that it does not read', (service, { shape }) => {
    const known = new Set(Object.keys(shape));
    const isRead = (name: string) => known.has(name) || name.startsWith('OTEL_') || isModelKey(name);
    expect(environmentOf(service).filter((name) => !isRead(name))).toEqual([]);
  });
});
