import { describe, expect, it } from '@jest/globals';
import { createListeners } from '../../../shared/queue/listeners.ts';

describe('listeners', () => {
  it('calls each with the value, in the order they came', () => {
    const calls: string[] = [];
    const listeners = createListeners<string>();
    listeners.add((value) => calls.push(`1${value}`));
    listeners.add((value) => calls.push(`2${value}`));
    listeners.call('a');
    expect(calls).toEqual(['1a', '2a']);
  });

  it('takes out only the one that stops, however often it does', () => {
    let calls = 0;
    const count = () => (calls += 1);
    const listeners = createListeners<undefined>();
    const stop = listeners.add(count);
    listeners.add(count);
    stop();
    stop();
    listeners.call(undefined);
    expect([calls, listeners.size()]).toEqual([1, 1]);
  });

  it('lets a listener stop itself while it is called', () => {
    const calls: string[] = [];
    const listeners = createListeners<undefined>();
    const stop = listeners.add(() => {
      calls.push('once');
      stop();
    });
    listeners.add(() => calls.push('always'));
    listeners.call(undefined);
    listeners.call(undefined);
    expect(calls).toEqual(['once', 'always', 'always']);
  });
});
