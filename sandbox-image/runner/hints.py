"""What the sandbox has to do with an exception, and what to write instead: for readers who do not know it.

Pure. A hint names the next step in one or two sentences; where the sandbox is not the cause there is none.
"""

import errno
from collections.abc import Callable, Iterator

from . import file_hints, module_hints, program_hints
from .sight import Sight, look_at
from .text import storable

HINT_CHARACTERS_MAX = 600
_CHAIN_MAX = 20

_NETWORK = (
    "The sandbox has no network: nothing can be downloaded or sent. Put the data into the code, or send it with the "
    "request, in `files` or as stdin (read sys.stdin)."
)
_STDIN = (
    "input() and sys.stdin read the stdin of the request, which is empty or used up. Send all input with the request, "
    "or put the values into the code."
)
_MEMORY = (
    "The memory of the sandbox is not enough for this. Work in parts or with smaller types (float32, categories, "
    "generators), or ask for more with memory_mb in the request."
)
_PROCESSES = (
    "The sandbox allows only few processes and threads at a time, and has one CPU: use a pool of at most 8 workers, "
    "and wait for those that have ended."
)
_RUNNING_LOOP = (
    "An event loop is already running, because the code awaits at its top level. Write `await main()` there in place "
    "of asyncio.run(main())."
)
_SHARED_MEMORY = (
    "A block of shared memory is known to the process that made it and to those forked from it later. Make the block "
    "before the processes are started, or send the data through a Queue."
)
_SPAWNED = (
    "If the pool was started with 'spawn' or 'forkserver': such processes do not have the functions that the code "
    "defines. Use the default, multiprocessing.get_context('fork')."
)
_LOCALE = "C.UTF-8 is the only locale in the sandbox. Format numbers and dates in the code, such as f'{value:,.2f}'."


def hint_for(error: BaseException) -> str | None:
    """The hint for an exception or for one behind it. Never raises, and runs no method of the exception."""
    try:
        for link in _chain(error):
            for rule in _RULES:
                hint = rule(link)
                if hint:
                    return storable(hint)[:HINT_CHARACTERS_MAX]
    except BaseException:  # noqa: BLE001 - no hint is better than no error
        return None
    return None


def _chain(error: BaseException) -> Iterator[Sight]:
    """The exception, what caused it, and the members of a group; nearest first, at most a few."""
    waiting, seen = [error], set()
    while waiting and len(seen) < _CHAIN_MAX:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        sight = look_at(link)
        yield sight
        waiting += sight.behind


def _network(sight: Sight) -> str | None:
    is_refused = sight.number == errno.EAFNOSUPPORT or sight.type_name in ("gaierror", "herror")
    # gVisor has one number for all that is refused.
    is_refused_by_gvisor = sight.number == errno.EPERM and sight.came_through("/socket.py")
    return _NETWORK if sight.is_a(OSError) and (is_refused or is_refused_by_gvisor) else None


def _processes(sight: Sight) -> str | None:
    if sight.is_a(RuntimeError) and sight.message.startswith("can't start new thread"):
        return _PROCESSES
    is_refused = sight.is_a(BlockingIOError) and sight.number == errno.EAGAIN
    is_fork = "fork" in sight.line or sight.came_through("/subprocess.py", "/popen_fork.py", "/util.py")
    return _PROCESSES if is_refused and is_fork else None


def _shared_memory(sight: Sight) -> str | None:
    is_missing = sight.number == errno.ENOENT and sight.came_through("/multiprocessing/shared_memory.py")
    return _SHARED_MEMORY if is_missing else None


def _event_loop(sight: Sight) -> str | None:
    is_nested = "running event loop" in sight.message or sight.message == "This event loop is already running"
    return _RUNNING_LOOP if sight.is_a(RuntimeError) and is_nested and "no running" not in sight.message else None


def _by_type(sight: Sight) -> str | None:
    if sight.is_a(MemoryError):
        return _MEMORY
    if sight.is_a(EOFError) and sight.message == "EOF when reading a line":
        return _STDIN
    if sight.type_name == "BrokenProcessPool":
        return _SPAWNED
    return _LOCALE if sight.message == "unsupported locale setting" else None


_RULES: tuple[Callable[[Sight], str | None], ...] = (
    program_hints.notebook_command,
    module_hints.display_backend,
    module_hints.missing_format,
    module_hints.missing_module,
    _network,
    program_hints.program,
    _processes,
    _shared_memory,
    file_hints.temporary_directory,
    file_hints.database,
    file_hints.write,
    file_hints.missing_file,
    _event_loop,
    _by_type,
)
