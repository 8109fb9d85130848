import { describe, expect, it } from '@jest/globals';
import { toCreateOptions } from '../../../../worker/sandbox/container-spec.ts';

const options = (runtime = 'runc', memoryMib = 512) =>
  toCreateOptions({
    image: 'image',
    runtime,
    seccomp: '{"defaultAction":"SCMP_ACT_ERRNO"}',
    limits: { memoryMib, cpuCount: 1 },
    owner: { deployment: 'd', workerId: 'w', createdAt: '2026-01-01T00:00:00.000Z' },
  });

describe('container spec', () => {
  it('gives no network, no writable root, no capability beyond the supervisor’s three', () => {
    const { HostConfig, NetworkDisabled } = options();
    expect({ NetworkDisabled, ...HostConfig }).toMatchObject({
      NetworkDisabled: true,
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      CapAdd: ['SETUID', 'SETGID', 'KILL'],
      SecurityOpt: ['no-new-privileges', 'seccomp={"defaultAction":"SCMP_ACT_ERRNO"}'],
      IpcMode: 'none',
      LogConfig: { Type: 'none' },
    });
  });

  it('mounts nothing of the host', () => {
    expect(Object.keys(options().HostConfig).filter((key) => /bind|mount|volume|device/i.test(key))).toEqual([]);
  });

  it('gives a /dev on which nothing can leave a mark', () => {
    expect(options().HostConfig).toMatchObject({ Tmpfs: { '/dev': expect.stringMatching(/^ro,.*\bnoatime\b/) } });
  });

  it('allows no swap beside the memory, which has room for small files', () => {
    const { Memory, MemorySwap } = options('runc', 256).HostConfig;
    expect([Memory, MemorySwap]).toEqual([272 * 1024 * 1024, 272 * 1024 * 1024]);
  });

  it.each(['runc', 'runsc'])('lets root alone put files, in memory and within their limit, under %s', (runtime) => {
    const files = String(Object.entries(options(runtime).HostConfig.Tmpfs).find(([path]) => path === '/mnt/data')?.[1]);
    expect(files.split(',')).toEqual([
      ...['rw', 'nosuid', 'nodev', 'noexec', 'noatime', 'mode=755'],
      ...[`size=${String(200 * 1024 * 1024 + 20 * 4_096)}`, 'nr_inodes=40'],
    ]);
  });

  it('lets Python count the CPUs that it may use', () => {
    expect(options().Env).toEqual(['PYTHON_CPU_COUNT=1']);
  });

  it('lets nobody dump a core, nor start a program of the host for it', () => {
    expect(options().HostConfig.Ulimits).toContainEqual({ Name: 'core', Soft: 1, Hard: 1 });
  });

  it('names its deployment, worker and time of birth', () => {
    expect(options().Labels).toEqual({
      'code-interpreter.deployment': 'd',
      'code-interpreter.worker': 'w',
      'code-interpreter.created-at': '2026-01-01T00:00:00.000Z',
    });
  });

  it('leaves room for the threads of gVisor', () => {
    expect(options('runsc').HostConfig.PidsLimit).toBeGreaterThanOrEqual(1_024);
  });

  it('leaves gVisor no writable /tmp of its own', () => {
    expect(options('runsc').HostConfig).toMatchObject({ Tmpfs: { '/tmp': 'ro' } });
  });
});
