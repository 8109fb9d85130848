"""Ends everything that a run left, and sees that nothing is left."""

import os
import signal
from collections.abc import Collection


def kill_all_of(uid: int) -> None:
    """Kills every process of `uid`, however many it forks meanwhile. The caller is immune as PID 1.

    kill(-1) of root would take the zygotes too, also under another effective uid: the kernel looks at the real one.
    So the supervisor becomes `uid` for the length of one call and keeps root as its saved uid.
    """
    os.setresuid(uid, uid, 0)
    try:
        os.kill(-1, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    finally:
        os.setresuid(0, 0, 0)


def left_over(known: Collection[int]) -> list[int]:
    """The processes that are neither this one nor `known`, zombies included."""
    own = os.getpid()
    pids = (int(name) for name in os.listdir("/proc") if name.isdecimal())
    return [pid for pid in pids if pid != own and pid not in known]


def reap() -> list[tuple[int, float]]:
    """Collects ended children and orphans; (pid, CPU seconds of it and what it had collected) of each."""
    ended = []
    while True:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended.append((pid, usage.ru_utime + usage.ru_stime))
