"""Fits packages to one processor: what counts those of the host starts as many threads, which wait for each other here,
and on a large host are more than a sandbox may have. Python's own ways of counting are in sitecustomize.py."""

# HiGHS takes half of them; a solver that is told another number than the one before fails.
change(
    DIST / "highspy/highs.py",
    "    # Silence logging\n",
    "    def setOptionValue(self, option, value):\n"
    '        return super().setOptionValue(option, 1 if option == "threads" else value)\n\n'
    "    # Silence logging\n",
)
change(
    DIST / "highspy/highs.py",
    "        super().__init__()\n        self.callbacks",
    '        super().__init__()\n        super().setOptionValue("threads", 1)\n        self.callbacks',
)
change(
    DIST / "scipy/optimize/_highspy/_highs_wrapper.py",
    "    highs_options = _h.HighsOptions()\n",
    "    highs_options = _h.HighsOptions()\n    highs_options.threads = 1\n",
)
change(DIST / "scipy/io/_fast_matrix_market/__init__.py", "PARALLELISM = 0\n", "PARALLELISM = 1\n")
change(DIST / "rapidfuzz/process_cpp.py", "workers=workers,", "workers=1,", times=2)

# TBB starts a thread per processor, whatever NUMBA_NUM_THREADS says. With one thread it hangs when the process forks.
change(
    DIST / "numba/np/ufunc/parallel.py",
    "            launch_threads = CFUNCTYPE(None, c_int)(lib.launch_threads)\n",
    '            if libname == "tbb":\n'
    "                import _tbb_threads\n\n                _tbb_threads.limit(2)\n"
    "            launch_threads = CFUNCTYPE(None, c_int)(lib.launch_threads)\n",
)

# These do not ask Python.
change(
    DIST / "psutil/_pslinux.py",
    "    return result or None  # mimic os.cpu_count()\n",
    "    return min(result or 1, cpu_count_logical())\n",
)
change(
    DIST / "psutil/_pslinux.py",
    "            return cext.proc_cpu_affinity_get(self.pid)\n",
    "            return sorted(os.sched_getaffinity(self.pid))\n",
)
# It would ask a program.
change(DIST / "joblib/externals/loky/backend/context.py", "physical_cores_cache = None\n", "physical_cores_cache = 1\n")
