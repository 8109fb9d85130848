"""The processor time of one run."""

import time
from collections.abc import Collection

from . import cgroup


class CpuTime:
    """What the sandbox uses from now on, less what the runner's own processes use of it.

    So everything of the run is in it: also descendants for which nobody waited, and those that are killed with it. Of
    what still runs when it is asked for, a scheduler tick may be missing. Where the kernel does not count for the
    sandbox (gVisor), it is what the wait statuses tell: descendants that are killed after the end are not in it then.
    """

    def __init__(self, child_pid: int | None, runner_pids: Collection[int]) -> None:
        self._child_pid = child_pid
        self._child_before = seconds_of(child_pid) or 0.0
        self._runner_before = {pid: seconds_of(pid) for pid in self._without_child(runner_pids)}
        self._sandbox_before = cgroup.cpu_seconds()

    def seconds(self, runner_pids: Collection[int], waited_seconds: float | None, orphan_seconds: float) -> float:
        """The time until now; the last two come from wait statuses: of the child, if it was seen to end, and of
        orphans."""
        by_wait = orphan_seconds + (0.0 if waited_seconds is None else max(0.0, waited_seconds - self._child_before))
        # Reading a clock makes the kernel bring the sandbox's count up to date, so the clocks come first.
        runner_now = {pid: seconds_of(pid) for pid in self._without_child(runner_pids)}
        sandbox_now = cgroup.cpu_seconds()
        if self._sandbox_before is None or sandbox_now is None or not self._runner_before.keys() <= runner_now.keys():
            return by_wait
        runner_used = _sum(runner_now)
        runner_before = _sum(self._runner_before)
        if runner_used is None or runner_before is None:
            return by_wait
        return max(0.0, sandbox_now - self._sandbox_before - (runner_used - runner_before))

    def _without_child(self, pids: Collection[int]) -> list[int]:
        return [pid for pid in pids if pid != self._child_pid]


def seconds_of(pid: int | None) -> float | None:
    """Processor time that a process has used; None where the kernel does not tell of another process."""
    if pid is None:
        return None
    try:
        return time.clock_gettime((~pid << 3) | 2)  # clock_getcpuclockid(3)
    except (OSError, OverflowError):
        return None


def _sum(seconds: dict[int, float | None]) -> float | None:
    known = [value for value in seconds.values() if value is not None]
    return sum(known) if len(known) == len(seconds) else None
