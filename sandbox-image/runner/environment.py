"""The environment variables of a run: the same everywhere, nothing of the host but how much of it is theirs."""

import os

VARIABLES = {
    # More threads would only wait for each other, and a zygote with threads cannot be forked safely. joblib's processes
    # would wait too, after they have imported everything again: n_jobs runs in the process itself.
    "BLIS_NUM_THREADS": "1",
    "JOBLIB_MULTIPROCESSING": "0",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "NUMEXPR_MAX_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "HOME": "/home/sandbox",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": "/usr/share/code-interpreter/matplotlib",
    "PATH": "/usr/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
    "USER": "sandbox",
}

# By this Python counts CPUs. The container has it from the start, as an interpreter reads it only then.
CPU_COUNT = "PYTHON_CPU_COUNT"


def apply() -> None:
    """Replaces this process's environment, before anything reads it."""
    cpu_count = os.environ.get(CPU_COUNT, "1")
    os.environ.clear()
    os.environ.update({**VARIABLES, CPU_COUNT: cpu_count, "LOKY_MAX_CPU_COUNT": cpu_count})
