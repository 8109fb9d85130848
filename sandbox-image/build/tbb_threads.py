"""How many threads TBB, by which numba runs loops in parallel, may have in this process."""

import ctypes

_MAX_ALLOWED_PARALLELISM = 0


class _GlobalControl(ctypes.Structure):
    """tbb::global_control: the limit holds while the object lives."""

    _fields_ = [("value", ctypes.c_size_t), ("reserved", ctypes.c_ssize_t), ("parameter", ctypes.c_int)]


_controls = []


def limit(thread_count):
    """Counts from here on, and in forked processes too."""
    control = _GlobalControl(thread_count, 0, _MAX_ALLOWED_PARALLELISM)
    create = ctypes.CDLL("libtbb.so.12")["_ZN3tbb6detail2r16createERNS0_2d114global_controlE"]
    create.argtypes, create.restype = [ctypes.POINTER(_GlobalControl)], None
    create(control)
    _controls.append(control)
