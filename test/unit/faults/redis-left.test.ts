import { describe, expect, it } from '@jest/globals';
import { keysLeft, type KeySeen } from '../../faults/redis-left.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';

const keyspace = createKeyspace('test');
const id = 'exec_4s0kq7n2m9x1c5v8b3z6';
const key = (name: string, change: Partial<KeySeen> = {}): KeySeen => ({ name, size: 1, expiresInMs: null, ...change });
const namesLeft = (...keys: KeySeen[]) => keysLeft(keys, keyspace).map(({ name }) => name);

describe('what is left in Redis', () => {
  it('is nothing of what belongs to an idle service', () => {
    const { fairIndex, workers, deployment, results, workerPrefix, prefix } = keyspace;
    const bullmq = ['meta', 'id', 'events', 'stalled-check', 'marker'].map((name) => `${prefix}:executions:${name}`);
    const fixed = [fairIndex.state, fairIndex.tags, workers, deployment, ...bullmq].map((name) => key(name));
    const beat = key(`${workerPrefix}worker_1`, { expiresInMs: 5_000 });
    expect(namesLeft(...fixed, beat, key(results, { size: 0 }))).toEqual([]);
  });

  it.each([
    ['an index entry', keyspace.fairIndex.entries],
    ['an id in flight', keyspace.fairIndex.inFlight],
    ['a backlog', `${keyspace.fairIndex.backlogPrefix}org_1`],
    ['a job', `${keyspace.prefix}:executions:${id}`],
    ['a job that runs', `${keyspace.prefix}:executions:active`],
    ['a report that nobody recorded', keyspace.results],
    ['a key that nobody knows', 'something'],
  ])('is %s', (_what, name) => {
    expect(namesLeft(key(name))).toEqual([name]);
  });

  it.each([
    ['events', keyspace.events(id)],
    ['a cancel', keyspace.cancelMarker(id)],
    ['models', keyspace.knownModels],
  ])('is the trace of %s only when it would stay for good', (_what, name) => {
    expect(namesLeft(key(name, { expiresInMs: 60_000 }))).toEqual([]);
    expect(namesLeft(key(name))).toEqual([name]);
  });
});
