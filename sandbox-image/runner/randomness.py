"""No two runs draw the same numbers, though all are forked from one zygote."""

import os
import sys


def reseed() -> None:
    """A fresh seed for numpy's global generator, if numpy is there. Done before the job comes: it costs no run.

    `random` seeds itself after every fork; uuid, secrets and numpy's `default_rng()` ask the kernel anyway.
    """
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed(list(os.urandom(16)))
