import { describe, expect, it } from '@jest/globals';
import type { RunFile } from '../../../../worker/sandbox/supervisor-frames.ts';
import { endedOf, turns } from '../../../helpers/fake-engine.ts';
import {
  aReadySandbox,
  CANCEL_GRACE_MS,
  endedCleanly,
  later,
  START_MS,
  useStandingClock,
  VANISHED,
} from './sandbox-stage.ts';

useStandingClock();

const file = (name: string, ...chunks: string[]): RunFile => ({
  name,
  sizeBytes: chunks.join('').length,
  chunks: async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  },
});

/** Sends one piece, then nothing until `go` resolves. */
function slowFile(go: Promise<void>): RunFile {
  return {
    name: 'slow',
    sizeBytes: 2,
    chunks: async function* () {
      yield Buffer.from('1');
      await go;
      yield Buffer.from('2');
    },
  };
}

describe('sandbox: files of a run', () => {
  it('are told with the run, and their bytes follow in order', async () => {
    const { container, begin } = await aReadySandbox();
    const { ending } = begin({ files: [file('a', '12', '3'), file('empty'), file('b', '4')] });
    await turns();
    const [run, ...bytes] = container.received;
    expect(JSON.parse(run?.payload ?? '')).toMatchObject({
      files: [
        { name: 'a', size_bytes: 3 },
        { name: 'empty', size_bytes: 0 },
        { name: 'b', size_bytes: 1 },
      ],
    });
    expect(bytes).toEqual(['12', '3', '4'].map((payload) => ({ type: 'D', payload })));
    container.say('S', { run: 'one' });
    await endedCleanly(container, 'one');
    expect(await ending).toMatchObject({ kind: 'ended' });
  });

  it('are not named to a runner that gets none', async () => {
    const { container, begin } = await aReadySandbox();
    begin();
    await turns();
    expect(JSON.parse(container.received[0]?.payload ?? '')).not.toHaveProperty('files');
  });

  it('stop coming when the run is cancelled: the kill is the last that is sent', async () => {
    const go = Promise.withResolvers<undefined>();
    const { container, begin } = await aReadySandbox();
    const { ending, cancel } = begin({ files: [slowFile(go.promise)] });
    await turns();
    cancel.abort(new Error('cancelled'));
    go.resolve(undefined);
    await turns();
    expect(container.received.map(({ type }) => type)).toEqual(['R', 'D', 'K']);
    container.say('E', endedOf('one'));
    container.say('C', { run: 'one', clean: true });
    expect(await ending).toMatchObject({ kind: 'ended' });
  });

  it('end with their container when a cancel is not heard', async () => {
    const { engine, begin } = await aReadySandbox();
    const { ending, cancel } = begin({ files: [slowFile(new Promise(() => undefined))] });
    await turns();
    cancel.abort(new Error('cancelled'));
    await later(CANCEL_GRACE_MS);
    expect(engine.killed).toEqual(['container-0']);
    expect(await ending).toMatchObject({ kind: 'vanished', killedFor: 'cancelled' });
  });

  it('end the run without blame when they cannot be read', async () => {
    const { begin, reports, engine } = await aReadySandbox();
    const broken: RunFile = { ...file('a', '1'), sizeBytes: 2 };
    const { ending } = begin({ files: [broken] });
    expect(await ending).toEqual(VANISHED);
    expect(engine.killed).toEqual(['container-0']);
    expect(reports).toContainEqual(expect.objectContaining({ event: 'files could not be put' }));
  });

  it('may take as long as they come, and no longer', async () => {
    const { engine, container, begin } = await aReadySandbox();
    const go = Promise.withResolvers<undefined>();
    const { ending } = begin({ files: [slowFile(go.promise)] });
    await later(START_MS - 1);
    go.resolve(undefined);
    await turns();
    await later(START_MS - 1);
    expect(engine.killed).toEqual([]);
    expect(container.received).toHaveLength(3);
    await later(1);
    expect(await ending).toEqual(VANISHED);
  });

  it('wait for a sandbox that is slower than they are', async () => {
    const { container, begin } = await aReadySandbox();
    const taken: (() => void)[] = [];
    container.stream._write = (_chunk, _encoding, done) => void taken.push(done);
    let read = 0;
    const endless: RunFile = {
      name: 'large',
      sizeBytes: 100 * 65_536,
      chunks: async function* () {
        for (; read < 100; read += 1) yield Buffer.alloc(65_536);
      },
    };
    begin({ files: [endless] });
    await turns(50);
    expect(read).toBeLessThan(3);
  });
});
