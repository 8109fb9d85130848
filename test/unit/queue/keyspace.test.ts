import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';

function allNames(namespace: string): string[] {
  const { fairIndex, channels, events, cancelMarker, ...others } = createKeyspace(namespace);
  return [
    ...Object.values(fairIndex),
    ...Object.values(others),
    channels.done,
    channels.cancel,
    channels.events('exec_1'),
    events('exec_1'),
    cancelMarker('exec_1'),
  ];
}

const namespace = fc.stringMatching(/^[0-9a-z_-]{1,64}$/);

describe('keyspace', () => {
  it('puts every key and channel under one hash tag', () => {
    fc.assert(
      fc.property(namespace, (name) => {
        for (const key of allNames(name)) expect(key.startsWith(`${name}:{exec}`)).toBe(true);
      }),
    );
  });

  it('has no name twice', () => {
    const names = allNames('ci');
    expect(new Set(names).size).toBe(names.length);
  });

  it('keeps namespaces apart', () => {
    const other = new Set(allNames('ci2'));
    expect(allNames('ci').filter((name) => other.has(name))).toEqual([]);
  });

  it.each(['', 'a:b', 'a{b}', 'A', 'a b', 'a*', 'a'.repeat(65)])('refuses the namespace %j', (name) => {
    expect(() => createKeyspace(name)).toThrow('not a Redis namespace');
  });
});
