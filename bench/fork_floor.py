"""Runs in a container of the sandbox image: what a fork of each zygote costs with nothing around it, and what the runner
makes of it.

Argument: JSON {"count": forks of each, "codes": {name: [kind of zygote, code]}, "run": code}. Prints one line of JSON:
the milliseconds of every fork + code + wait, by name, and of every run of the runner itself, `in advance` and `on demand`.
"""

import json
import os
import struct
import sys
import time

from runner import __main__ as runner
from runner import environment, huge_pages, preload, sweep

_HEADER = struct.Struct(">cI")
# Long enough for the next child to be ready.
_GAP_SECONDS = 0.015


def main() -> None:
    environment.apply()
    asked = json.loads(sys.argv[1])
    result = {}
    for kind in ("bare", "scientific"):
        codes = {name: code for name, (zygote, code) in asked["codes"].items() if zygote == kind}
        result.update(_in_a_process(kind, codes, asked["count"]))
    result.update(_runs(asked["run"], asked["count"]))
    print(json.dumps(result), flush=True)


def _in_a_process(kind: str, codes: dict[str, str], count: int) -> dict[str, list[float]]:
    """Measures in a process that has imported what the zygote has, and nothing else."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        preload.load(scientific=kind == "scientific")
        huge_pages.collapse()
        times = {name: [_fork_and_wait(code) for _ in range(count)] for name, code in codes.items()}
        with os.fdopen(write, "w") as pipe:
            json.dump(times, pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        times = json.load(pipe)
    os.waitpid(pid, 0)
    return times


def _fork_and_wait(code: str) -> float:
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        try:
            if code:
                os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
                exec(compile(code, "code", "exec"), {"__name__": "__main__"})
            sys.stdout.flush()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    if status != 0:
        raise SystemExit(f"the code of a floor ended with {status}")
    return (time.perf_counter() - started) * 1000


def _runs(code: str, count: int) -> dict[str, list[float]]:
    """Of the real supervisor, over pipes. `in advance`: from the job to the report of its end, when the child waits for
    it. `on demand`: when the next job is there already, from the moment in which the sandbox is clean, and so asks for the
    next child, to the report."""
    jobs, frames, pid = _start_supervisor()
    _until(frames, b"H")
    job = json.dumps({"run": "run", "code": code, "stdin": "", "timeout_ms": 30_000, "flood_bytes_max": 1024}).encode()
    job = _HEADER.pack(b"R", len(job)) + job
    times: dict[str, list[float]] = {"in advance": [], "on demand": []}
    for name, gap_seconds in (("in advance", _GAP_SECONDS), ("on demand", 0.0)):
        for _ in range(count + 1):  # before the first there is no run whose end asked for its child
            time.sleep(gap_seconds)
            started = time.perf_counter()
            os.write(jobs, job)
            _until(frames, b"E")
            times[name].append((time.perf_counter() - started) * 1000)
            _until(frames, b"C")
        del times[name][0]
    os.close(jobs)
    os.waitpid(pid, 0)
    return times


def _start_supervisor() -> tuple[int, int, int]:
    """Its stdin, its stdout, its pid."""
    (job_read, job_write), (frame_read, frame_write) = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(job_read, 0)
        os.dup2(frame_write, 1)
        os.closerange(3, 1024)
        left_over = sweep.left_over
        sweep.left_over = lambda known: left_over({*known, 1})  # this process: elsewhere there is none but the runner's
        runner.main()
    os.close(job_read)
    os.close(frame_write)
    return job_write, frame_read, pid


def _until(descriptor: int, wanted: bytes) -> None:
    """Reads frames up to the next one of this type."""
    kind = b""
    while kind != wanted:
        kind, size = _HEADER.unpack(_read(descriptor, _HEADER.size))
        payload = _read(descriptor, size)
    if kind == b"E" and json.loads(payload)["exit_code"] != 0 or kind == b"C" and not json.loads(payload)["clean"]:
        raise SystemExit(f"a run ended with {payload.decode()}")


def _read(descriptor: int, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = os.read(descriptor, size - len(data))
        if not part:
            raise SystemExit("the supervisor is gone")
        data += part
    return data


main()
