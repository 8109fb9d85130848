"""An exception as a hint sees it: what Python itself keeps of it, read without running any method of its class."""

import linecache
import os
import sys
from dataclasses import dataclass, field

from .source import FILE_NAME

_TEXT_CHARACTERS_MAX = 4_000
_FRAMES_MAX = 2_000


@dataclass
class Sight:
    """The facts of one exception; texts are cut."""

    type: type
    type_name: str
    # What was raised with: of an OSError the text of its number.
    message: str = ""
    number: int | None = None
    path: str | None = None
    # The name that an ImportError or a NameError misses.
    name: str = ""
    # What a command consisted of.
    words: tuple[str, ...] = ()
    # The user's line that was running, or that has the syntax error.
    line: str = ""
    library_files: tuple[str, ...] = ()
    behind: list[BaseException] = field(default_factory=list)

    def is_a(self, kind: type) -> bool:
        """Whether it is of this built-in class, whatever it claims."""
        return issubclass(self.type, kind)

    def came_through(self, *endings: str) -> bool:
        """Whether a file of a library with such an ending was on the way."""
        return any(file.endswith(endings) for file in self.library_files)


def look_at(error: BaseException) -> Sight:
    """Reads the exception by the descriptors of the built-in classes."""
    kind = type(error)
    arguments = BaseException.args.__get__(error)
    sight = Sight(kind, type.__dict__["__name__"].__get__(kind), message=_text(arguments[0]) if arguments else "")
    _look_at_traceback(error, sight)
    if issubclass(kind, OSError):
        number = OSError.errno.__get__(error)
        sight.number = number if type(number) is int else None
        sight.message = _text(OSError.strerror.__get__(error)) or sight.message
        sight.path = _path(OSError.filename.__get__(error))
    elif issubclass(kind, ImportError):
        sight.name = _text(ImportError.name.__get__(error))
    elif issubclass(kind, NameError):
        sight.name = _text(NameError.name.__get__(error))
    elif issubclass(kind, SyntaxError):
        sight.line = _text(SyntaxError.text.__get__(error))
    elif len(arguments) > 1:  # (exit status, command) of a CalledProcessError
        sight.words = _words(arguments[1])
    sight.behind = _behind(error, sight)
    return sight


def _look_at_traceback(error: BaseException, sight: Sight) -> None:
    files: dict[str, None] = {}
    trace = BaseException.__traceback__.__get__(error)
    for _ in range(_FRAMES_MAX):
        if trace is None:
            break
        file = trace.tb_frame.f_code.co_filename
        if file == FILE_NAME:
            sight.line = linecache.getline(FILE_NAME, trace.tb_lineno)[:_TEXT_CHARACTERS_MAX]
            files.clear()
        else:
            files[file] = None
        trace = trace.tb_next
    sight.library_files = tuple(files)


def _behind(error: BaseException, sight: Sight) -> list[BaseException]:
    """What caused it. Something that the user's code only met before, and went on, is no cause."""
    cause = BaseException.__cause__.__get__(error)
    context = BaseException.__context__.__get__(error)
    is_raised_on = bool(sight.library_files) or "raise" in sight.line
    found = [cause] if cause is not None else []
    if cause is None and context is not None and is_raised_on and not BaseException.__suppress_context__.__get__(error):
        found.append(context)
    if issubclass(sight.type, BaseExceptionGroup):
        found += BaseExceptionGroup.exceptions.__get__(error)[:10]
    return found


def _text(value: object) -> str:
    return str.__str__(value)[:_TEXT_CHARACTERS_MAX] if issubclass(type(value), str) else ""


def _path(value: object) -> str | None:
    if type(value) is getattr(sys.modules.get("pathlib"), "PosixPath", None):
        value = os.fspath(value)
    if type(value) is bytes:
        value = os.fsdecode(value)
    return value[:_TEXT_CHARACTERS_MAX] if type(value) is str else None


def _words(command: object) -> tuple[str, ...]:
    if type(command) is str:
        return tuple(command[:_TEXT_CHARACTERS_MAX].split())
    if type(command) in (list, tuple):
        return tuple(_text(word) for word in command[:50])
    return ()
