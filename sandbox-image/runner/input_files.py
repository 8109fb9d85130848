"""The files that a run is given: put where its code can read them, before it starts, and taken away after its end.

Only the supervisor writes there: directory and files are root's, in memory that is the sandbox's own.
"""

import os
from collections import deque
from dataclasses import dataclass

from .frames import FrameError
from .privileges import WORKING_DIRECTORY

COUNT_MAX = 20
NAME_BYTES_MAX = 255
_MODE = 0o444


@dataclass(frozen=True)
class InputFile:
    """One entry of `files` in an `R` frame."""

    name: str
    size_bytes: int


def parse_files(value: object) -> tuple[InputFile, ...]:
    """The files in an `R` frame; raises FrameError if one is not what the worker may ask for."""
    if not isinstance(value, list) or len(value) > COUNT_MAX:
        raise FrameError("run frame with files that are no list, or too many")
    files = tuple(_parse_file(entry) for entry in value)
    if len({file.name for file in files}) < len(files):
        raise FrameError("run frame with two files of one name")
    return files


def _parse_file(entry: object) -> InputFile:
    given = entry if isinstance(entry, dict) else {}
    name, size_bytes = given.get("name"), given.get("size_bytes")
    if not isinstance(name, str) or not _is_plain(name):
        raise FrameError("run frame with a file whose name is none")
    if type(size_bytes) is not int or size_bytes < 0:
        raise FrameError("run frame with a file without a size")
    return InputFile(name, size_bytes)


def _is_plain(name: str) -> bool:
    """Whether this names an entry of a directory, and nothing else. The API has looked already; this is the last look."""
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        return False
    try:
        return len(name.encode()) <= NAME_BYTES_MAX
    except UnicodeEncodeError:
        return False


class InputFiles:
    """What lies in the directory: nothing between two runs."""

    def __init__(self, directory: str = WORKING_DIRECTORY) -> None:
        self._path = directory
        self._directory: int | None = None
        self._used_blocks_before = 0
        self._missing: deque[InputFile] = deque()
        self._open: int | None = None
        self._open_bytes = 0

    @property
    def are_complete(self) -> bool:
        """Whether every byte of every file has come."""
        return not self._missing

    @property
    def are_there(self) -> bool:
        """Whether there is anything to be removed."""
        return self._directory is not None

    def expect(self, files: tuple[InputFile, ...]) -> None:
        """The files of the next run, whose bytes come in this order."""
        if not files:
            return
        self._directory = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._used_blocks_before = self._used_blocks(self._directory)
        self._missing.extend(files)
        self._make_empty()

    def take(self, data: bytes) -> None:
        """Bytes of one file. Raises FrameError if they are more than are missing of it."""
        if not self._missing or len(data) > self._missing[0].size_bytes - self._open_bytes:
            raise FrameError("bytes of a file that nobody expects")
        if self._open is None:
            self._open = self._make(self._missing[0].name)
        self._open_bytes += len(data)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._open, rest) :]
        if self._open_bytes == self._missing[0].size_bytes:
            self._missing.popleft()
            self._close_open()
            self._make_empty()

    def remove(self) -> bool:
        """Takes everything away. Whether nothing is left, also not in the hands of a process that outlived its run."""
        directory = self._directory
        if directory is None:
            return True
        self._missing.clear()
        self._close_open()
        for name in os.listdir(directory):
            os.unlink(name, dir_fd=directory)
        if self._used_blocks(directory) > self._used_blocks_before:
            return False
        os.close(directory)
        self._directory = None
        return True

    def _make_empty(self) -> None:
        """Files without bytes are there as soon as it is their turn."""
        while self._missing and self._missing[0].size_bytes == 0:
            os.close(self._make(self._missing.popleft().name))

    def _make(self, name: str) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(name.encode(), flags, _MODE, dir_fd=self._directory)

    def _close_open(self) -> None:
        if self._open is not None:
            os.close(self._open)
        self._open = None
        self._open_bytes = 0

    def _used_blocks(self, directory: int) -> int:
        """Of the whole file system: a file that is removed and still open, or mapped, counts."""
        told = os.statvfs(directory)
        return told.f_blocks - told.f_bfree
