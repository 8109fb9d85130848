"""What every Python of a sandbox does first, the runner's as well as a subprocess's: processors are counted as far as the
sandbox may use them, and `os.system` says that it ran nothing.

Installed into the standard library at image build. `os` itself is part of the interpreter, not a file to change.
"""

import os
import sys

_COMMAND_CHARACTERS_MAX = 80
# What `system` returns where there is no shell, as of a command that is not found.
_NOT_FOUND = 127 << 8
_CPU_NAMES = frozenset(
    key for name in ("SC_NPROCESSORS_CONF", "SC_NPROCESSORS_ONLN") for key in (name, os.sysconf_names[name])
)
_sched_getaffinity, _sysconf, _system = os.sched_getaffinity, os.sysconf, os.system


def sched_getaffinity(pid, /):
    """The processors on which the process may run: of those of the host as many as it may use at a time."""
    return set(sorted(_sched_getaffinity(pid))[: os.cpu_count()])


def sysconf(name, /):
    """A limit or setting of the system."""
    return os.cpu_count() if name in _CPU_NAMES else _sysconf(name)


def system(command):
    """Runs a command in a shell. There is none: stderr says so, as a shell would."""
    status = _system(command)
    if status == _NOT_FOUND and sys.stderr is not None:
        text = os.fsdecode(command)
        shown = text if len(text) <= _COMMAND_CHARACTERS_MAX else f"{text[:_COMMAND_CHARACTERS_MAX]}…"
        print(f"os.system({shown!r}) ran nothing: here is no shell and no program but Python", file=sys.stderr)
    return status


os.sched_getaffinity, os.sysconf, os.system = sched_getaffinity, sysconf, system
