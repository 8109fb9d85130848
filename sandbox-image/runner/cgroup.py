"""What the kernel counted for this sandbox's cgroup, version 1 or 2. Where there are no files (gVisor) all is 0."""

import os

_OOM_FILES = ("/sys/fs/cgroup/memory/memory.oom_control", "/sys/fs/cgroup/memory.events")
_PEAK_FILES = ("/sys/fs/cgroup/memory/memory.max_usage_in_bytes", "/sys/fs/cgroup/memory.peak")
_USAGE_FILES = ("/sys/fs/cgroup/memory/memory.usage_in_bytes", "/sys/fs/cgroup/memory.current")
_CPU_FILES = ("/sys/fs/cgroup/cpuacct/cpuacct.usage", "/sys/fs/cgroup/cpu.stat")

_BYTES_MAX = 4096
_descriptors: dict[tuple[str, ...], int | None] = {}


def oom_kills() -> int:
    """Out-of-memory kills since the sandbox started."""
    for line in _read(_OOM_FILES).splitlines():
        name, _, count = line.partition(" ")
        if name == "oom_kill":
            return _number(count)
    return 0


def memory_usage_bytes() -> int:
    """What counts against the memory limit now, page cache included."""
    return _number(_read(_USAGE_FILES))


def cpu_seconds() -> float | None:
    """Processor time of the whole sandbox since it started; None where nobody counts."""
    text = _read(_CPU_FILES).strip()
    if text.isdecimal():
        return int(text) / 1e9
    for line in text.splitlines():
        name, _, count = line.partition(" ")
        if name == "usage_usec":
            return _number(count) / 1e6
    return None


class MemoryPeak:
    """The highest memory use of the sandbox during one run, as far as it can be known.

    The kernel keeps the highest use since the sandbox started and it cannot be reset from inside. If it rose during
    the run, it is this run's peak, exactly; also if memory ran out, for then the limit was reached. If not, the peak is
    at least the highest of the samples taken at the start, while the run was watched, and at the end, and at least the
    largest resident set of the run's main process: the higher of the two is told.
    """

    def __init__(self) -> None:
        self._highest_before = _number(_read(_PEAK_FILES))
        self._highest_sample = memory_usage_bytes()

    def sample(self) -> None:
        self._highest_sample = max(self._highest_sample, memory_usage_bytes())

    def bytes(self, resident_bytes_max: int, *, ran_out: bool) -> int:
        """The peak, once the run is over; `resident_bytes_max` comes from the wait status."""
        self.sample()
        highest = _number(_read(_PEAK_FILES))
        if highest > self._highest_before or (ran_out and highest):
            return highest
        return max(self._highest_sample, resident_bytes_max)


def _read(paths: tuple[str, ...]) -> str:
    """What the first of the files that is there says. It stays open: every run asks several times."""
    if paths not in _descriptors:
        _descriptors[paths] = _open_first(paths)
    descriptor = _descriptors[paths]
    if descriptor is None:
        return ""
    try:
        return os.pread(descriptor, _BYTES_MAX, 0).decode("ascii", "replace")
    except OSError:
        return ""


def _open_first(paths: tuple[str, ...]) -> int | None:
    for path in paths:
        try:
            return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            continue
    return None


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isdecimal() else 0
