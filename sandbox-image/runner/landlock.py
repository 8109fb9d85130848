"""Landlock: no write anywhere but /dev/null, no signal and no abstract socket out of the run. Needs no capability."""

import ctypes
import os
from dataclasses import dataclass

_libc = ctypes.CDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long

# The same numbers on x86_64 and arm64.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_QUESTION = 1
_RULE_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_WRITE_FILE = 1 << 1
_REMOVE_AND_MAKE = 0b1_1111_1111 << 4  # remove_dir … make_sym
_REFER = 1 << 13  # ABI 2
_TRUNCATE = 1 << 14  # ABI 3
_IOCTL_DEVICE = 1 << 15  # ABI 5
_SCOPE_ABSTRACT_SOCKET_AND_SIGNAL = 0b11  # ABI 6


class _RulesetAttributes(ctypes.Structure):
    _fields_ = [("access_fs", ctypes.c_uint64), ("access_net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32)]


@dataclass(frozen=True)
class Ruleset:
    """A prepared set of rules: `descriptor` is inherited by children that restrict themselves with it."""

    abi: int
    descriptor: int


def abi() -> int:
    """The kernel's Landlock version, 0 where it has none."""
    return max(0, _syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_QUESTION)))


def prepare() -> Ruleset | None:
    """The rules, made once before forking; None where the kernel has no Landlock."""
    version = abi()
    if version == 0:
        return None
    attributes = _RulesetAttributes(access_fs=_writes(version), scoped=_scopes(version))
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    made = _syscall(_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), ctypes.c_uint32(0))
    descriptor = _checked(made)
    null = os.open("/dev/null", os.O_PATH | os.O_CLOEXEC)
    allowed = _writes(version) & (_WRITE_FILE | _TRUNCATE | _IOCTL_DEVICE)
    rule = _PathBeneath(allowed_access=allowed, parent_fd=null)
    _checked(_syscall(_ADD_RULE, descriptor, _RULE_PATH_BENEATH, ctypes.byref(rule), ctypes.c_uint32(0)))
    os.close(null)
    return Ruleset(abi=version, descriptor=descriptor)


def restrict_self(ruleset: Ruleset) -> None:
    """Applies the rules to this process and all it will start, for good. Needs `forbid_new_privileges` before."""
    _checked(_syscall(_RESTRICT_SELF, ruleset.descriptor, ctypes.c_uint32(0)))
    os.close(ruleset.descriptor)


def forbid_new_privileges() -> None:
    """From here on no exec can gain privileges."""
    zero = ctypes.c_ulong(0)
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero))


def _writes(version: int) -> int:
    access = _WRITE_FILE | _REMOVE_AND_MAKE
    if version >= 2:
        access |= _REFER
    if version >= 3:
        access |= _TRUNCATE
    if version >= 5:
        access |= _IOCTL_DEVICE
    return access


def _scopes(version: int) -> int:
    return _SCOPE_ABSTRACT_SOCKET_AND_SIGNAL if version >= 6 else 0


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
