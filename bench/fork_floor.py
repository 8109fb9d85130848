"""Runs in a container of the sandbox image: what a fork of each zygote costs with nothing around it.

Argument: JSON {"count": forks of each, "codes": {name: [kind of zygote, code]}}. Prints one line of JSON: the
milliseconds of every fork + code + wait, by name.
"""

import json
import os
import sys
import time

from runner import environment, huge_pages, preload


def main() -> None:
    environment.apply()
    asked = json.loads(sys.argv[1])
    result = {}
    for kind in ("bare", "scientific"):
        codes = {name: code for name, (zygote, code) in asked["codes"].items() if zygote == kind}
        result.update(_in_a_process(kind, codes, asked["count"]))
    print(json.dumps(result), flush=True)


def _in_a_process(kind: str, codes: dict[str, str], count: int) -> dict[str, list[float]]:
    """Measures in a process that has imported what the zygote has, and nothing else."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        preload.load(scientific=kind == "scientific")
        if kind == "scientific":
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


main()
