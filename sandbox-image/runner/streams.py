"""`sys.stdin`, `sys.stdout` and `sys.stderr` of a run."""

import io

from .records import RecordWriter
from .text import exact


class RecordStream(io.TextIOBase):
    """A text stream whose text becomes records. Raw bytes written to `buffer` go to the real descriptor."""

    encoding = "utf-8"
    errors = "replace"
    newlines = None
    mode = "w"
    line_buffering = True
    write_through = False

    def __init__(self, writer: RecordWriter, kind: bytes, descriptor: int, name: str) -> None:
        self._writer = writer
        self._kind = kind
        self._descriptor = descriptor
        self._buffer: io.BufferedWriter | None = None
        self.name = name

    @property
    def buffer(self) -> io.BufferedWriter:
        if self._buffer is None:
            self._writer.flush()
            self._buffer = io.BufferedWriter(io.FileIO(self._descriptor, "w", closefd=False))
        return self._buffer

    def write(self, text: str) -> int:
        try:
            text = exact(text)
        except TypeError:
            raise TypeError(f"write() argument must be str, not {type(text).__name__}") from None
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if self._buffer is not None:
            self._buffer.flush()
        self._writer.text(self._kind, text)
        return len(text)

    def flush(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if self._buffer is not None:
            self._buffer.flush()
        self._writer.flush()

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def reconfigure(self, **_options: object) -> None:
        """Nothing can be changed; programs may ask all the same."""

    def __repr__(self) -> str:
        return f"<{self.name} of the execution>"


def open_stdin() -> io.TextIOWrapper:
    """Descriptor 0 as text: all of the given input, then the end."""
    raw = io.FileIO(0, "r", closefd=False)
    return io.TextIOWrapper(io.BufferedReader(raw), encoding="utf-8", errors="surrogateescape")
