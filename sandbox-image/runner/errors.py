"""An uncaught exception as the user should read it: their own frames, their own lines."""

import traceback
from types import TracebackType

from .hints import hint_for
from .source import FILE_NAME
from .text import exact, storable, type_name

NAME_CHARACTERS_MAX = 256
VALUE_CHARACTERS_MAX = 16 * 1024
TRACEBACK_LINES_MAX = 120
TRACEBACK_CHARACTERS_MAX = 64 * 1024
_FRAMES_MAX = 2_000


def describe(error: BaseException) -> dict[str, str]:
    """The payload of an `x` record. Never raises, whatever the exception's own methods do."""
    name = _cut(type_name(error), NAME_CHARACTERS_MAX)
    try:
        lines = "".join(_report(error).format()).splitlines(keepends=True)
    except BaseException as problem:  # noqa: BLE001 - hostile __str__, __cause__, notes
        lines = [f"{name} (its traceback could not be made: {type_name(problem)})\n"]
    described = {
        "name": name,
        "value": storable(_cut(_value(error), VALUE_CHARACTERS_MAX)),
        "traceback": storable(_cut("".join(_middle_out(lines)), TRACEBACK_CHARACTERS_MAX)),
    }
    hint = hint_for(error)
    return {**described, "hint": hint} if hint else described


def _report(error: BaseException) -> traceback.TracebackException:
    report = traceback.TracebackException(
        type(error), error, _from_user_code(error.__traceback__), limit=-_FRAMES_MAX, compact=True
    )
    _keep_user_frames(report, set())
    return report


def _from_user_code(trace: TracebackType | None) -> TracebackType | None:
    """Without the runner's own frames at the top."""
    while trace and trace.tb_frame.f_code.co_filename != FILE_NAME:
        trace = trace.tb_next
    return trace


def _keep_user_frames(report: traceback.TracebackException | None, seen: set[int]) -> None:
    """Drops frames of libraries, here and in the exceptions behind this one."""
    if report is None or id(report) in seen:
        return
    seen.add(id(report))
    own = [frame for frame in report.stack or () if frame.filename == FILE_NAME]
    report.stack = traceback.StackSummary.from_list(own)
    _keep_user_frames(report.__cause__, seen)
    _keep_user_frames(report.__context__, seen)
    for member in report.exceptions or ():
        _keep_user_frames(member, seen)


def _value(error: BaseException) -> str:
    try:
        if isinstance(error, SyntaxError) and error.msg:
            place = f" ({error.filename}, line {error.lineno})" if error.lineno else ""
            return f"{error.msg}{place}"
        return exact(str(error))
    except BaseException:  # noqa: BLE001
        return "<exception str() failed>"


def _middle_out(lines: list[str]) -> list[str]:
    dropped = len(lines) - TRACEBACK_LINES_MAX
    if dropped <= 0:
        return lines
    half = TRACEBACK_LINES_MAX // 2
    return [*lines[:half], f"  ... {dropped} lines left out ...\n", *lines[-half:]]


def _cut(text: str, characters_max: int) -> str:
    return text if len(text) <= characters_max else f"{text[:characters_max]}… [cut]"
