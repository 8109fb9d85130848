import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { encodeFrame } from '../../../../worker/sandbox/framing.ts';
import { createSandboxFactory } from '../../../../worker/sandbox/factory.ts';
import { createFakeEngine, endedOf, HELLO, turns, type FakeContainer } from '../../../helpers/fake-engine.ts';

const PACKAGES = { python: '3.13', packages: [{ name: 'numpy', version: '2.0' }] };
const never = new AbortController().signal;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

/** A factory on an image whose id and list of packages the test may change. */
function setUp(hello: Partial<typeof HELLO> = {}) {
  const image = {
    id: async () => 'id',
    printed: JSON.stringify(PACKAGES),
    cleans: true,
  };
  const reports: string[] = [];
  /** What the worker logs as warnings: reports with an `error`. */
  const warnings: string[] = [];
  const engine = createFakeEngine({
    imageId: () => image.id(),
    onStart: (container) => {
      container.say('H', { ...HELLO, ...hello });
    },
    onFrame: (container: FakeContainer, { type }) => {
      if (type !== 'R') return;
      container.say('S', { run: 'packages' });
      if (image.printed !== '') container.say('r', encodeFrame('o', Buffer.from(image.printed)));
      container.say('E', endedOf('packages'));
      if (image.cleans) container.say('C', { run: 'packages', clean: true });
    },
  });
  const factory = createSandboxFactory(
    {
      docker: engine.docker,
      report(event, detail) {
        reports.push(event);
        if (typeof detail === 'object' && detail !== null && 'error' in detail) warnings.push(String(detail.error));
      },
    },
    { image: 'image', runtime: 'runc', seccomp: '{}', deployment: 'd', workerId: 'w' },
  );
  const runsIn = (index: number) => engine.containers[index]?.received.filter(({ type }) => type === 'R').length;
  return { factory, engine, image, reports, warnings, runsIn };
}

describe('sandbox factory', () => {
  it('tells what the image holds once a sandbox was asked, and asks only one', async () => {
    const { factory, runsIn } = setUp();
    expect(factory.contents()).toEqual({ imageId: '', packages: null });
    await factory.start(512, never);
    await factory.start(512, never);
    expect(factory.contents()).toEqual({ imageId: 'id', packages: PACKAGES });
    expect([runsIn(0), runsIn(1)]).toEqual([1, 0]);
  });

  it('asks only one of those that start at the same time', async () => {
    const { factory, reports, runsIn } = setUp({ landlock: 0 });
    await Promise.all([1, 2, 3].map(() => factory.start(512, never)));
    expect(factory.contents()).toEqual({ imageId: 'id', packages: PACKAGES });
    expect([runsIn(0), runsIn(1), runsIn(2)].sort()).toEqual([0, 0, 1]);
    expect(reports).toEqual(['ready', 'sandboxes are not as tight as they could be']);
  });

  it('asks another one when the one that was to tell could not', async () => {
    const { factory, image } = setUp();
    const { id } = image;
    image.id = async () => Promise.reject(new Error('away'));
    await expect(factory.start(512, never)).rejects.toThrow('away');
    image.id = id;
    await factory.start(512, never);
    expect(factory.contents().packages).toEqual(PACKAGES);
  });

  it('hands out a sandbox that is clean after it was asked', async () => {
    const { factory } = setUp();
    const sandbox = await factory.start(512, never);
    expect(await sandbox.isClean()).toBe(true);
  });

  it('hands out none before it is clean', async () => {
    const { factory, engine, image } = setUp();
    image.cleans = false;
    let handedOut = false;
    const starting = factory.start(512, never).finally(() => (handedOut = true));
    await turns();
    expect(handedOut).toBe(false);
    engine.containers[0]?.say('C', { run: 'packages', clean: true });
    expect(await (await starting).isClean()).toBe(true);
  });

  it('asks again when told that the image changed', async () => {
    const { factory, image } = setUp();
    await factory.start(512, never);
    image.id = async () => 'new id';
    image.printed = JSON.stringify({ ...PACKAGES, packages: [] });
    factory.lookAgain();
    await factory.start(512, never);
    expect(factory.contents()).toEqual({ imageId: 'new id', packages: { python: '3.13', packages: [] } });
  });

  it.each<[string, (image: ReturnType<typeof setUp>['image']) => void]>([
    [
      'the list is no JSON',
      (image) => {
        image.printed = 'no list';
      },
    ],
    [
      'the list is of another shape',
      (image) => {
        image.printed = '{"python":3}';
      },
    ],
    [
      'there is no list',
      (image) => {
        image.printed = '';
      },
    ],
  ])('starts the sandbox all the same when %s, and asks the next one', async (_name, breakIt) => {
    const { factory, image, engine, runsIn } = setUp();
    const healthy = { ...image };
    breakIt(image);
    const sandbox = await factory.start(512, never);
    expect(sandbox.id).toBe('container-0');
    expect(engine.removed).toEqual([]);
    expect(factory.contents().packages).toBeNull();
    Object.assign(image, healthy);
    await factory.start(512, never);
    expect(runsIn(1)).toBe(1);
    expect(factory.contents().packages).toEqual(PACKAGES);
  });

  it('starts nothing while the engine does not tell of the image', async () => {
    const { factory, image, engine } = setUp();
    image.id = async () => Promise.reject(new Error('away'));
    await expect(factory.start(512, never)).rejects.toThrow('away');
    expect(engine.containers).toEqual([]);
  });

  it('removes a sandbox that is not clean after it was asked', async () => {
    const { factory, image, engine } = setUp();
    image.cleans = false;
    const starting = factory.start(512, never);
    await turns();
    engine.containers[0]?.say('C', { run: 'packages', clean: false });
    await expect(starting).rejects.toThrow('not clean');
    expect(engine.removed).toEqual(['container-0']);
    expect(factory.isInUse('container-0')).toBe(false);
  });

  it('does not take what a sandbox of the old image holds for what the new one holds', async () => {
    const { factory, engine, image } = setUp();
    const { start } = engine.docker;
    const factoryOfSlowEngine = createSandboxFactory(
      {
        docker: {
          ...engine.docker,
          start: async (options, onCreated) => {
            const attached = await start(options, onCreated);
            image.id = async () => 'new id';
            return attached;
          },
        },
        report: () => undefined,
      },
      { image: 'image', runtime: 'runc', seccomp: '{}', deployment: 'd', workerId: 'w' },
    );
    expect(await factory.readImageId()).toBe('id');
    await factoryOfSlowEngine.start(512, never);
    expect(factoryOfSlowEngine.contents()).not.toEqual({ imageId: 'new id', packages: PACKAGES });
  });

  it.each([
    [0, true],
    [6, false],
  ])('warns when the kernel has no Landlock (ABI %s: %s)', async (landlock, told) => {
    const { factory, warnings } = setUp({ landlock });
    await factory.start(512, never);
    expect(warnings.some((warning) => warning.includes('no Landlock'))).toBe(told);
  });

  it('warns once, not with every sandbox', async () => {
    const { factory, warnings } = setUp({ landlock: 0 });
    await factory.start(512, never);
    await factory.start(512, never);
    expect(warnings).toHaveLength(1);
  });

  it('knows its containers from their creation until they are gone', async () => {
    const { factory, engine } = setUp();
    const { start } = engine.docker;
    const seen: boolean[] = [];
    const watched = createSandboxFactory(
      {
        docker: {
          ...engine.docker,
          start: (options, onCreated) =>
            start(options, (id) => {
              onCreated(id);
              seen.push(watched.isInUse(id));
            }),
        },
        report: () => undefined,
      },
      { image: 'image', runtime: 'runc', seccomp: '{}', deployment: 'd', workerId: 'w' },
    );
    const sandbox = await watched.start(512, never);
    expect(seen).toEqual([true]);
    expect([watched.isInUse(sandbox.id), factory.isInUse(sandbox.id)]).toEqual([true, false]);
    await sandbox.close();
    expect(watched.isInUse(sandbox.id)).toBe(false);
  });

  it('forgets a container whose start failed', async () => {
    const { factory, engine } = setUp();
    engine.faults.start = 'fails after the container is created';
    await expect(factory.start(512, never)).rejects.toThrow('could not start');
    expect(factory.isInUse('container-0')).toBe(false);
  });

  it('passes the limits and its own name on', async () => {
    const { engine } = setUp();
    const asked: unknown[] = [];
    const factory = createSandboxFactory(
      {
        docker: {
          ...engine.docker,
          start: async (options, onCreated) => {
            asked.push([options.Image, options.HostConfig.Memory, options.Labels['code-interpreter.worker']]);
            return engine.docker.start(options, onCreated);
          },
        },
        report: () => undefined,
      },
      { image: 'image', runtime: 'runc', seccomp: '{}', deployment: 'd', workerId: 'w' },
    );
    await factory.start(256, never);
    await turns();
    expect(asked).toEqual([['image', 272 * 1024 * 1024, 'w']]);
  });
});
