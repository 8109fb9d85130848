"""From root to nobody: what a child gives up before it sees a byte of code."""

import contextlib
import os
import resource
import signal

from . import landlock

OPEN_FILES_MAX = 1024
# Of the run, its first one and threads included. The limit of the sandbox counts the runner's own too, of which one may
# still be on its way when code begins: this one keeps its place.
PROCESSES_MAX = 64
WORKING_DIRECTORY = "/mnt/data"
# Short of processor time the run waits: a fork bomb leaves the supervisor the time to end it.
_NICENESS = 10


def drop(uid: int, ruleset: landlock.Ruleset | None) -> None:
    """Makes this process an unprivileged one in a session of its own. Raises OSError if any step is refused."""
    os.setsid()
    _reset_signals()
    with contextlib.suppress(OSError):
        os.nice(_NICENESS)
    os.umask(0o022)
    _enter(WORKING_DIRECTORY)
    _set_limits()
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    landlock.forbid_new_privileges()
    if ruleset is not None:
        landlock.restrict_self(ruleset)
    if os.getresuid() != (uid, uid, uid) or os.getgroups():
        raise PermissionError("privileges were not dropped")


def _reset_signals() -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _enter(directory: str) -> None:
    try:
        os.chdir(directory)
    except OSError:
        os.chdir("/")


def _set_limits() -> None:
    """All but the one on core dumps: it comes with the container, and seccomp lets nobody change it."""
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))
    with contextlib.suppress(ValueError):  # gVisor lets nobody set this one; the queues themselves are refused
        resource.setrlimit(resource.RLIMIT_MSGQUEUE, (0, 0))
    with contextlib.suppress(ValueError):  # as above
        resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES_MAX, PROCESSES_MAX))
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = OPEN_FILES_MAX if limit == resource.RLIM_INFINITY else min(OPEN_FILES_MAX, limit)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
