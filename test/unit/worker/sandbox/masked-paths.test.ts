import { describe, expect, it } from '@jest/globals';
import { MASKED_PATHS } from '../../../../worker/sandbox/masked-paths.ts';

/** What Docker 20.10 to 29 mask and make read-only unless they are told otherwise. */
const ENGINE_DEFAULTS = `/proc/acpi /proc/asound /proc/bus /proc/fs /proc/interrupts /proc/irq /proc/kcore /proc/keys
  /proc/latency_stats /proc/sched_debug /proc/scsi /proc/sys /proc/sysrq-trigger /proc/timer_list /proc/timer_stats
  /sys/devices/virtual/powercap /sys/firmware`.split(/\s+/);

/** What the runner and libraries read. */
const NEEDED = ['/proc/cpuinfo', '/proc/meminfo', '/proc/self', '/proc/mounts', '/sys/fs/cgroup'];

const covers = (path: string): boolean => MASKED_PATHS.some((masked) => `${path}/`.startsWith(`${masked}/`));

describe('masked paths', () => {
  it('cover all that the engine would mask by itself, for they stand in its place', () => {
    expect(ENGINE_DEFAULTS.filter((path) => !covers(path))).toEqual([]);
  });

  it('cover nothing that the runner or a library reads', () => {
    expect(NEEDED.filter(covers)).toEqual([]);
  });

  it('are named once each, in full', () => {
    expect(MASKED_PATHS.filter((path) => !/^\/(proc|sys)\/[a-z0-9_./-]+[^/]$/.test(path))).toEqual([]);
    expect(new Set(MASKED_PATHS).size).toBe(MASKED_PATHS.length);
  });
});
