"""The supervisor's book of one run: its pipes, its clock, what was forwarded, and why it ended."""

import contextlib
import fcntl
import os
import signal
import socket
import struct
import termios
import time
from collections.abc import Collection
from dataclasses import dataclass

from . import cgroup, child
from .cpu_time import CpuTime
from .frames import FrameError
from .input_files import InputFile, parse_files
from .zygotes import Child, Ended, Zygote

PIPE_NAMES = (b"r", b"o", b"e")
FORWARD_BYTES_MAX = 64 * 1024
_FIGURE_FORMATS = ("png", "svg")


@dataclass(frozen=True)
class Job:
    """What an `R` frame carries."""

    run: str
    code: str
    stdin: str
    timeout_ms: float
    flood_bytes_max: int
    figure_format: str = "png"
    files: tuple[InputFile, ...] = ()


def parse_job(value: dict) -> Job:
    """The job in an `R` frame; raises FrameError if a field is missing or of another type."""
    given = {"figure_format": "png", **value}  # an older worker knows of no formats
    given["files"] = parse_files(value.get("files", []))
    job = Job(**{name: given.get(name) for name in Job.__dataclass_fields__})
    texts = all(isinstance(text, str) for text in (job.run, job.code, job.stdin))
    numbers = all(_is_limit(number) for number in (job.timeout_ms, job.flood_bytes_max))
    if not texts or not numbers or job.figure_format not in _FIGURE_FORMATS:
        raise FrameError("run frame with a missing or wrong field")
    return job


def _is_limit(value: object) -> bool:
    return type(value) in (int, float) and 0 < value < 2**53


class Run:
    """One run, from the job's arrival to its `E` frame. The first cause that is set stays."""

    def __init__(self, job: Job, zygote: Zygote) -> None:
        self.job = job
        self.zygote = zygote
        self.cause: str | None = None
        self.pipes: dict[bytes, int] = {}
        self.forwarded_bytes = 0
        self.orphan_cpu_seconds = 0.0
        self.started_at: float | None = None
        self._cpu_time: CpuTime | None = None
        self._oom_kills_before = cgroup.oom_kills()
        self.memory = cgroup.MemoryPeak()

    @property
    def deadline(self) -> float:
        """On the monotonic clock, in seconds."""
        return (self.started_at or time.monotonic()) + self.job.timeout_ms / 1000

    def hand_over(self, target: Child, runner_pids: Collection[int]) -> None:
        """Gives the job to the child: the clock starts. Raises OSError if the child is gone.

        runner_pids: the runner's own processes, here and in `report`; what they use is not the run's.
        """
        ends = [os.pipe2(os.O_CLOEXEC) for _ in PIPE_NAMES]
        given = [_in_memory(self.job.code), _in_memory(self.job.stdin), *(write for _, write in ends)]
        _make_first_to_die(target.pid)
        for name, (read, _) in zip(PIPE_NAMES, ends):
            os.set_blocking(read, False)
            self.pipes[name] = read
        self._cpu_time = CpuTime(target.pid, runner_pids)
        socket.send_fds(target.channel, [child.JOB + self.job.figure_format.encode()], given)
        self.started_at = time.monotonic()
        for descriptor in given:
            os.close(descriptor)
        target.channel.close()

    def read(self, name: bytes) -> bytes | None:
        """What the pipe holds, within the flood limit; None when all writers are gone. Sets the cause at the limit."""
        try:
            data = os.read(self.pipes[name], FORWARD_BYTES_MAX)
        except BlockingIOError:
            return b""
        return self._within_limit(data) if data else None

    def drain(self, name: bytes) -> list[bytes]:
        """What the pipe holds at this moment: a writer that outlives the run cannot delay the end."""
        waiting = _waiting_bytes(self.pipes[name])
        parts = []
        while waiting > 0 and self.cause != "output_limit":
            data = self.read(name)
            if not data:
                break
            waiting -= len(data)
            parts.append(data)
        return parts

    def close(self) -> None:
        for descriptor in self.pipes.values():
            os.close(descriptor)
        self.pipes.clear()

    def report(self, ended: Ended | None, runner_pids: Collection[int]) -> dict:
        """The payload of the `E` frame; `ended` is None if nobody could see the child end."""
        status = ended.status if ended else signal.SIGKILL.value
        ran_out = cgroup.oom_kills() > self._oom_kills_before
        waited_seconds = ended.cpu_seconds if ended else None
        cpu_time = self._cpu_time
        cpu_seconds = cpu_time.seconds(runner_pids, waited_seconds, self.orphan_cpu_seconds) if cpu_time else 0.0
        return {
            "run": self.job.run,
            "cause": self.cause or "exited",
            "exit_code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "signal": _signal_name(os.WTERMSIG(status)) if os.WIFSIGNALED(status) else None,
            "oom": ran_out,
            "wall_ms": round((time.monotonic() - (self.started_at or time.monotonic())) * 1000, 3),
            "cpu_ms": round(cpu_seconds * 1000, 3),
            "memory_peak_bytes": self.memory.bytes(ended.resident_bytes_max if ended else 0, ran_out=ran_out),
        }

    def _within_limit(self, data: bytes) -> bytes:
        allowed = int(self.job.flood_bytes_max) - self.forwarded_bytes
        if len(data) > allowed:
            self.cause = self.cause or "output_limit"
            data = data[:allowed]
        self.forwarded_bytes += len(data)
        return data


def _in_memory(text: str) -> int:
    """A descriptor to read `text` from, with an end: nothing that reads it can block."""
    descriptor = os.memfd_create("input", os.MFD_CLOEXEC)
    data = memoryview(text.encode("utf-8", "replace"))
    while data:
        data = data[os.write(descriptor, data) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _waiting_bytes(descriptor: int) -> int:
    answer = fcntl.ioctl(descriptor, termios.FIONREAD, b"\0\0\0\0")
    return struct.unpack("=i", answer)[0]


def _make_first_to_die(pid: int | None) -> None:
    """Out of memory, the run dies: not the runner, and not the child that waits in the other zygote, which is therefore
    made so only when it gets its job. Landlock keeps the run from taking it back."""
    with contextlib.suppress(OSError):
        descriptor = os.open(f"/proc/{pid}/oom_score_adj", os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(descriptor, b"1000")
        finally:
            os.close(descriptor)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIG{number}"
