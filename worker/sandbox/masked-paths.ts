/**
 * Pure: what of `/proc` and `/sys` a sandbox does not see. The kernel shows the host there, not the container: its
 * command line, disks, devices, interrupts, other people's load. No library needs any of it; a file reads as empty, a
 * folder lists nothing. A path that a kernel lacks does no harm.
 */

const KERNEL = [
  '/proc/bootconfig',
  '/proc/cmdline',
  '/proc/config.gz',
  '/proc/crypto',
  '/proc/dynamic_debug',
  '/proc/execdomains',
  '/proc/kallsyms',
  '/proc/kcore',
  '/proc/key-users',
  '/proc/keys',
  '/proc/kmsg',
  '/proc/modules',
  '/proc/sys',
  '/proc/sysrq-trigger',
  '/proc/sysvipc',
  '/proc/version',
  '/proc/version_signature',
] as const;

const DEVICES = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/bus',
  '/proc/consoles',
  '/proc/devices',
  '/proc/diskstats',
  '/proc/dma',
  '/proc/driver',
  '/proc/fb',
  '/proc/fs',
  '/proc/iomem',
  '/proc/ioports',
  '/proc/irq',
  '/proc/mdstat',
  '/proc/misc',
  '/proc/mtrr',
  '/proc/partitions',
  '/proc/scsi',
  '/proc/swaps',
  '/proc/tty',
] as const;

/** What others on the host do, down to single interrupts. */
const ACTIVITY = [
  '/proc/allocinfo',
  '/proc/buddyinfo',
  '/proc/cgroups',
  '/proc/interrupts',
  '/proc/kpagecgroup',
  '/proc/kpagecount',
  '/proc/kpageflags',
  '/proc/latency_stats',
  '/proc/locks',
  '/proc/pagetypeinfo',
  '/proc/pressure',
  '/proc/sched_debug',
  '/proc/schedstat',
  '/proc/slabinfo',
  '/proc/softirqs',
  '/proc/stat',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/vmallocinfo',
  '/proc/vmstat',
  '/proc/zoneinfo',
] as const;

/** All but `/sys/fs/cgroup`, in which the supervisor reads what a run used. */
const SYSFS = [
  '/sys/block',
  '/sys/bus',
  '/sys/class',
  '/sys/dev',
  '/sys/devices',
  '/sys/firmware',
  '/sys/fs/bpf',
  '/sys/fs/btrfs',
  '/sys/fs/erofs',
  '/sys/fs/ext4',
  '/sys/fs/f2fs',
  '/sys/fs/fuse',
  '/sys/fs/nfs',
  '/sys/fs/pstore',
  '/sys/fs/resctrl',
  '/sys/fs/selinux',
  '/sys/fs/smackfs',
  '/sys/fs/tmpfs',
  '/sys/fs/xfs',
  '/sys/hypervisor',
  '/sys/kernel',
  '/sys/module',
  '/sys/power',
] as const;

export const MASKED_PATHS: readonly string[] = [...KERNEL, ...DEVICES, ...ACTIVITY, ...SYSFS];
