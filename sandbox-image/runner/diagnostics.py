"""What the runner tells of its own failures, on stderr. The worker logs it, so it may hold nothing of a run."""

import os
from types import TracebackType


class RunnerError(Exception):
    """A failure whose text is the runner's own words, and so may be told."""


def tell(who: str, error: BaseException) -> None:
    """One line: the class of the failure and the place in the runner. Of its text only what no run can have had a part
    in: an error of Python itself may quote the value that it is about."""
    line = f"{who}: {type(error).__name__}{_place(error.__traceback__)}{_text(error)}\n"
    os.write(2, line.encode(errors="replace"))


def _place(trace: TracebackType | None) -> str:
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f" at {os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else ""


def _text(error: BaseException) -> str:
    if isinstance(error, RunnerError):
        return f": {error}"
    if isinstance(error, OSError) and error.errno:
        return f": {os.strerror(error.errno)}"
    return ""
