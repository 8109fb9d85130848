"""No two runs draw the same numbers, though all are forked from one zygote."""

import os
import sys


def reseed() -> None:
    """Fresh secrets in the place of those that the zygote has drawn. Done before the job comes: it costs no run.

    `random` seeds itself after every fork; uuid, secrets and numpy's `default_rng()` ask the kernel anyway. Processes
    that the code forks itself are left as CPython and numpy leave them.
    """
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed(list(os.urandom(16)))
    processes = sys.modules.get("multiprocessing.process")
    if processes is not None:
        processes.current_process().authkey = os.urandom(32)
