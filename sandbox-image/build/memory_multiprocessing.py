"""`multiprocessing` on a machine without /dev/shm and without a directory that can be written.

Installed into the standard library at image build. Locks, semaphores, `Value`, `Array` and `SharedMemory` lie in memory
that processes inherit when they are forked, or get as a descriptor when they are spawned.
"""

import errno
import os

_SEMAPHORE_BYTES = 64  # sem_t has 32


def install_semaphores():
    """Puts semaphores without names in the place of named ones, for everything that takes them from `_multiprocessing`:
    multiprocessing itself, and joblib's loky."""
    import _multiprocessing

    if hasattr(_multiprocessing.SemLock, "_around"):
        return
    _multiprocessing.SemLock = _semaphore_class(_multiprocessing.SemLock)
    _multiprocessing.sem_unlink = _unlink_semaphore


def _unlink_semaphore(name):
    """There is no name that could be removed."""


def _semaphore_class(original):
    class SemLock(original):
        """The original around a semaphore in shared memory. `_rebuild` takes any address for one that was opened."""

        def __new__(cls, kind, value, maxvalue, name, unlink):
            if kind not in (0, 1):
                raise ValueError("unrecognized kind")
            # Processes that are not forked need a descriptor to map.
            descriptor = -1 if unlink else os.memfd_create("semaphore", os.MFD_CLOEXEC)
            if descriptor >= 0:
                os.ftruncate(descriptor, _SEMAPHORE_BYTES)
            memory, address = _map(descriptor)
            _initialize(address, value)
            return cls._around(memory, address, kind, maxvalue, None if unlink else name)

        def __init__(self, kind, value, maxvalue, name, unlink):
            """`__new__` has done it."""

        @classmethod
        def _rebuild(cls, handle, kind, maxvalue, name):
            memory, address = _map(handle.detach())
            return cls._around(memory, address, kind, maxvalue, name)

        @classmethod
        def _around(cls, memory, address, kind, maxvalue, name):
            made = super()._rebuild(address, kind, maxvalue, None)
            made._memory = memory  # it lives as long as the semaphore
            made._name = name
            return made

        @property
        def name(self):
            return self._name

        @property
        def handle(self):
            """What another process needs to have it too, while one is being spawned; else a number."""
            from multiprocessing import context, reduction

            if context.get_spawning_popen() is None or self._memory.descriptor < 0:
                return original.handle.__get__(self)
            return reduction.DupFd(self._memory.descriptor)

    return SemLock


class _Memory:
    """A mapping, and the descriptor that it was made of (-1: none)."""

    def __init__(self, descriptor, mapping):
        self.descriptor = descriptor
        self._mapping = mapping

    def __del__(self):
        if self.descriptor >= 0:
            os.close(self.descriptor)


def _map(descriptor):
    import ctypes
    import mmap

    mapping = mmap.mmap(descriptor, _SEMAPHORE_BYTES, trackfd=False)
    return _Memory(descriptor, mapping), ctypes.addressof(ctypes.c_char.from_buffer(mapping))


def _initialize(address, value):
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.sem_init(ctypes.c_void_p(address), 1, ctypes.c_uint(value)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


# What `multiprocessing.shared_memory` calls in the place of `_posixshmem`. A block is found by its name in the process
# that made it and in those forked from it afterwards.

_blocks = {}


def shm_open(path, flags, mode=0o777):
    """A new descriptor of the block; raises FileExistsError and FileNotFoundError as a file system would."""
    if path in _blocks:
        if flags & os.O_EXCL:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
    elif flags & os.O_CREAT:
        _blocks[path] = os.memfd_create("shared_memory", os.MFD_CLOEXEC)
    else:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    return os.dup(_blocks[path])


def shm_unlink(path):
    """Forgets the block in this process; raises FileNotFoundError if it is not known here."""
    descriptor = _blocks.pop(path, None)
    if descriptor is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    os.close(descriptor)


def new_file(size):
    """A descriptor of that much memory, for `multiprocessing.heap`."""
    descriptor = os.memfd_create("heap", os.MFD_CLOEXEC)
    os.ftruncate(descriptor, size)
    return descriptor
