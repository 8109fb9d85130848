"""A bound in time for code that is looked at, not asked to run: methods of values that the runner calls."""

import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

# Bound here: the code can replace them in their modules.
_monotonic = time.monotonic
_set_handler = signal.signal
_set_timer = signal.setitimer
_ALARM, _REAL, _DEFAULT = signal.SIGALRM, signal.ITIMER_REAL, signal.SIG_DFL
_VALUE_ERROR = ValueError
# What swallowed the exception gets it again.
_AGAIN_SECONDS = 0.5
_LEAST_SECONDS = 0.001


class TimeUp(BaseException):
    """Raised inside code that had its time."""


def within(seconds: float, call: Callable[[], T]) -> T:
    """What `call` returns; raises TimeUp out of it after `seconds` of real time.

    The code's own alarm and its handler are put back afterwards. Only in the main thread, as signals come only there:
    in another one the call has no bound but the run's. The same holds for a call that never leaves C.
    """
    is_open = True

    def end(_number: int, _frame: FrameType | None) -> None:
        if is_open:
            raise TimeUp

    try:
        handler = _set_handler(_ALARM, end)
    except _VALUE_ERROR:
        return call()
    started = _monotonic()
    left, interval = _set_timer(_REAL, seconds, _AGAIN_SECONDS)
    try:
        try:
            return call()
        finally:
            is_open = False
    finally:
        is_open = False
        _set_timer(_REAL, 0)
        _set_handler(_ALARM, _DEFAULT if handler is None else handler)
        if left:
            _set_timer(_REAL, max(_LEAST_SECONDS, left - (_monotonic() - started)), interval)
