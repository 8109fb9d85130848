"""The life of the code inside its child: as `__main__`, with the ends that CPython gives a script."""

import atexit
import builtins
import inspect
import os
import sys
import threading
import types

from . import attach, display, errors, figures, randomness
from .records import RecordWriter
from .source import Program, compile_program
from .streams import RecordStream, open_stdin
from .text import json_bytes, type_name


def prepare(record_descriptor: int) -> RecordWriter:
    """What can be done before the code is known. The standard descriptors and that of the records may be replaced
    afterwards; until then what is written to the records goes wherever their descriptor leads."""
    randomness.reseed()
    writer = RecordWriter(record_descriptor)
    _install_streams(writer)
    figures.use_writer(writer)
    builtins.display = display.make_display(writer)
    builtins.attach = attach.make_attach(writer)
    _rehearse(writer)
    module = types.ModuleType("__main__")
    module.__builtins__ = builtins
    sys.modules["__main__"] = module
    sys.argv[:] = [""]
    sys.path[0] = ""  # the working directory, as for `python -c`; the runner's own directory stood here
    return writer


def _rehearse(writer: RecordWriter) -> None:
    """Runs a line. A child pays for the first touch of every memory page: what is touched now, while it waits, makes
    the run shorter."""
    _value_of(compile_program("print()"), {"__builtins__": builtins})
    writer.flush()


def run(source: str, writer: RecordWriter) -> None:
    """Runs the code and ends the process. Never returns."""
    # Kept here: the code can replace it in `os`, and nothing may unwind out of this frame.
    end_process = os._exit
    namespace = sys.modules["__main__"].__dict__
    exit_code = 1
    try:
        exit_code = _execute(source, namespace, writer)
        exit_code = _end(namespace, writer, exit_code)
    except BaseException as error:  # noqa: BLE001 - whatever the code did to the runner's own objects
        _last_words(error, writer)
    finally:
        end_process(exit_code & 0xFF)


def _execute(source: str, namespace: dict, writer: RecordWriter) -> int:
    """Runs the statements, shows the last value, reports the exception. The exit code that follows."""
    try:
        value = _value_of(compile_program(source), namespace)
        if value is not None:
            display.show_value(value, writer)
    except SystemExit as request:
        return _exit_code(request)
    except BaseException as error:  # noqa: BLE001
        _report(error, writer)
        return 1
    return 0


def _value_of(program: Program, namespace: dict) -> object:
    parts = (program.body, program.last)
    if any(part and part.co_flags & inspect.CO_COROUTINE for part in parts):
        import asyncio

        return asyncio.run(_await_parts(program, namespace))
    exec(program.body, namespace)
    return eval(program.last, namespace) if program.last else None


async def _await_parts(program: Program, namespace: dict) -> object:
    value = None
    for part in (program.body, program.last):
        value = eval(part, namespace) if part else None
        if part and part.co_flags & inspect.CO_COROUTINE:
            value = await value
    return value if program.last else None


def _report(error: BaseException, writer: RecordWriter) -> None:
    described = errors.describe(error)
    writer.record(b"x", json_bytes(described))
    if not writer.is_main:  # or no more, as the code has closed the pipe
        sys.stderr.write(described["traceback"])


def _exit_code(request: SystemExit) -> int:
    """As CPython: nothing is 0, a number is itself, anything else is printed and 1."""
    code = request.code
    if code is None:
        return 0
    try:
        number = int.__index__(code)  # what a subclass of int says of itself does not count
    except TypeError:
        sys.stderr.write(f"{code}\n")
        return 1
    return number if -(2**31) <= number < 2**31 else 255


def _end(namespace: dict, writer: RecordWriter, exit_code: int) -> int:
    """Pictures, threads, exit functions, globals: in the order of an interpreter that ends."""
    join_threads, run_exit_functions = threading._shutdown, atexit._run_exitfuncs
    steps = (figures.show_rest, join_threads, figures.show_rest, run_exit_functions, lambda: _let_go(namespace))
    for step in steps:
        try:
            step()
        except SystemExit as request:
            exit_code = _exit_code(request)
        except BaseException as error:  # noqa: BLE001
            _report(error, writer)
            exit_code = exit_code or 1
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            stream.flush()
        except BaseException:  # noqa: BLE001, S112 - closed or replaced by something else
            continue
    writer.flush()
    return exit_code


def _let_go(namespace: dict) -> None:
    """Objects with a `__del__` get their last word. What fails in daemon threads from here on fails for lack of globals,
    and would not run any more in an interpreter that ends: nobody is told."""
    threading.excepthook = lambda _: None
    for name in list(namespace):
        if not name.startswith("__"):
            namespace[name] = None


def _install_streams(writer: RecordWriter) -> None:
    sys.stdin = sys.__stdin__ = open_stdin()
    sys.stdout = sys.__stdout__ = RecordStream(writer, b"o", 1, "<stdout>")
    sys.stderr = sys.__stderr__ = RecordStream(writer, b"e", 2, "<stderr>")


def _last_words(error: BaseException, writer: RecordWriter) -> None:
    try:
        writer.flush()
        os.write(2, f"{type_name(error)} while the execution ended\n".encode(errors="replace"))
    except BaseException:  # noqa: BLE001, S110
        pass
