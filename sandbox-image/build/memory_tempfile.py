"""Temporary files in memory, for a machine where no directory is writable.

Patched into `tempfile` at image build. A file is a memfd and its name `/proc/self/fd/N`, good in this process for as
long as the file is not removed. Directories cannot be made this way: `mkdtemp` raises FileNotFoundError as before.
Where a real directory is named (`dir=`), nothing is changed.
"""

import io
import os

_kept = {}  # name -> the descriptor that keeps the file alive until it is removed


def _new_file(suffix, prefix, is_text_name=True):
    label = f"{os.fsdecode(prefix or 'tmp')}{os.fsdecode(suffix or '')}"[:200]
    descriptor = os.memfd_create(label, os.MFD_CLOEXEC)
    name = f"/proc/self/fd/{descriptor}"
    _kept[name] = descriptor
    return descriptor, name if is_text_name else os.fsencode(name)


def _forget(path):
    descriptor = _kept.pop(os.fspath(path), None) if isinstance(path, (str, os.PathLike)) else None
    if descriptor is None:
        return False
    os.close(descriptor)
    return True


def _removing(original):
    def remove(path, *, dir_fd=None):
        if dir_fd is None and _kept and _forget(path):
            return None
        return original(path, dir_fd=dir_fd)

    remove.__name__ = remove.__qualname__ = original.__name__
    remove.__doc__ = original.__doc__
    return remove


def install(tempfile):
    """Replaces the file makers in the namespace of `tempfile`."""
    if "SandboxFiles" in tempfile:
        return
    tempfile["SandboxFiles"] = True
    os.remove, os.unlink = _removing(os.remove), _removing(os.unlink)
    real_mkstemp = tempfile["mkstemp"]
    real_named = tempfile["NamedTemporaryFile"]
    real_anonymous = tempfile["TemporaryFile"]
    wrapper = tempfile["_TemporaryFileWrapper"]

    def mkstemp(suffix=None, prefix=None, dir=None, text=False):
        if dir is not None or tempfile["tempdir"] is not None:
            return real_mkstemp(suffix, prefix, dir, text)
        is_text_name = not isinstance(suffix, bytes) and not isinstance(prefix, bytes)
        _, name = _new_file(suffix, prefix, is_text_name)
        return os.open(name, os.O_RDWR | os.O_CLOEXEC), name

    def NamedTemporaryFile(mode="w+b", buffering=-1, encoding=None, newline=None, suffix=None, prefix=None,
                           dir=None, delete=True, *, errors=None, delete_on_close=True):
        if dir is not None or tempfile["tempdir"] is not None:
            return real_named(mode, buffering, encoding, newline, suffix, prefix, dir, delete, errors=errors,
                              delete_on_close=delete_on_close)
        _, name = _new_file(suffix, prefix)
        file = io.open(name, mode, buffering, encoding=encoding, errors=errors, newline=newline)
        return wrapper(file, name, delete, delete_on_close)

    def TemporaryFile(mode="w+b", buffering=-1, encoding=None, newline=None, suffix=None, prefix=None,
                      dir=None, *, errors=None):
        if dir is not None or tempfile["tempdir"] is not None:
            return real_anonymous(mode, buffering, encoding, newline, suffix, prefix, dir, errors=errors)
        descriptor = os.memfd_create("tmp", os.MFD_CLOEXEC)
        return io.open(descriptor, mode, buffering, encoding=encoding, errors=errors, newline=newline)

    # The wrapper's own remover was bound to the original when `tempfile` was imported.
    closer = tempfile["_TemporaryFileCloser"]
    closer.cleanup.__kwdefaults__ = None
    closer.cleanup.__defaults__ = (False, os.unlink)
    for made in (mkstemp, NamedTemporaryFile, TemporaryFile):
        made.__doc__ = tempfile[made.__name__].__doc__
        tempfile[made.__name__] = made
