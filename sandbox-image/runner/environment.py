"""The environment variables of a run: the same everywhere, nothing of the host."""

import os

VARIABLES = {
    "HOME": "/home/sandbox",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": "/usr/share/code-interpreter/matplotlib",
    # One CPU: more threads only wait for each other, and a zygote with threads cannot be forked safely.
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PATH": "/usr/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
    "USER": "sandbox",
}


def apply() -> None:
    """Replaces this process's environment, before anything reads it."""
    os.environ.clear()
    os.environ.update(VARIABLES)
