"""Records: what a child says in order on one pipe. The layout is that of frames; the worker trusts nothing in them."""

import errno
import io
import os
import threading

from .frames import HEADER, encode
from .text import storable

TEXT_BYTES_MAX = 32 * 1024
# Values, displays and files together: what the worker has room for. It leaves out what does not fit, and goes on.
OUTPUTS_BYTES_MAX = 8 * 1024 * 1024
_OUTPUT_KINDS = (b"v", b"d", b"f")
# More than any record: the file never writes before it has all of one. Not memory until it is used.
_FILE_BYTES = 32 * 1024 * 1024
_RAW_DESCRIPTORS = {b"o": 1, b"e": 2}


class RecordWriter:
    """Writes records of the main process of a run.

    Text is gathered up to a newline, as on a terminal, or until much is there. What a forked process prints goes
    to its descriptors 1 and 2 as raw bytes: two processes in one record pipe could cut into each other's records.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._is_main = True
        self._outputs_room_bytes = OUTPUTS_BYTES_MAX
        self._forget_all()
        os.register_at_fork(after_in_child=self._in_forked_process)

    @property
    def is_main(self) -> bool:
        """Whether records are written: not in a process that the code has forked, nor when it closed the pipe."""
        return self._is_main

    @property
    def outputs_room_bytes(self) -> int:
        """The longest value, display or file that still fits."""
        return self._outputs_room_bytes

    def text(self, kind: bytes, text: str) -> None:
        """Text for `sys.stdout` (`o`) or `sys.stderr` (`e`)."""
        with self._lock:
            if kind != self._gathered_kind:
                self._pack_gathered()
                self._gathered_kind = kind
            self._gathered.append(text)
            self._gathered_length += len(text)
            if "\n" in text or self._gathered_length >= TEXT_BYTES_MAX:
                self._pack_gathered()
                self._send()

    def record(self, kind: bytes, payload: bytes) -> None:
        """Any other record, after all text before it."""
        with self._lock:
            self._pack_gathered()
            if self._is_main:
                self._waiting += encode(kind, payload)
                if kind in _OUTPUT_KINDS and len(payload) <= self._outputs_room_bytes:
                    self._outputs_room_bytes -= len(payload)
            self._send()

    def flush(self) -> None:
        with self._lock:
            self._pack_gathered()
            self._send()

    def _pack_gathered(self) -> None:
        gathered, kind = self._gathered, self._gathered_kind
        if not gathered:
            return
        self._gathered, self._gathered_length = [], 0
        text = gathered[0] if len(gathered) == 1 else "".join(gathered)
        # A character has at most 4 bytes; one slice at a time, so that long texts are not held twice.
        step = TEXT_BYTES_MAX if text.isascii() else TEXT_BYTES_MAX // 4
        for start in range(0, len(text), step):
            data = storable(text[start : start + step]).encode()
            if self._is_main:
                self._waiting += encode(kind, data)
                if len(self._waiting) > TEXT_BYTES_MAX:
                    self._send()
            else:
                _write_all(_RAW_DESCRIPTORS[kind], data)

    def _send(self) -> None:
        """Writes what waits. An exception out of a signal handler can end it anywhere; what is left then goes first the
        next time. Two things keep records whole: the file's own C code counts what it has written, and between taking
        what waits and giving it to the file no handler can run."""
        if self._is_sending or not (self._waiting or self._has_unsent):
            return
        self._is_sending = self._has_unsent = True
        data = b""
        try:
            data, self._waiting = self._waiting, bytearray()
            self._file.write(data)
            self._file.flush()
            self._has_unsent = False
        except OSError as error:
            if error.errno != errno.EBADF:  # a TimeoutError of a handler is an OSError too
                raise
            self._go_raw(data)
        finally:
            self._is_sending = False

    def _go_raw(self, data: bytes) -> None:
        """The code has closed the record pipe, as programs do that close every descriptor: its text still shows."""
        self._is_main = self._has_unsent = False
        while len(data) >= HEADER.size:
            kind, size = HEADER.unpack_from(data)
            payload, data = data[HEADER.size : HEADER.size + size], data[HEADER.size + size :]
            if kind in _RAW_DESCRIPTORS:
                _write_all(_RAW_DESCRIPTORS[kind], bytes(payload))

    def _open(self) -> io.BufferedWriter:
        return io.BufferedWriter(io.FileIO(self._descriptor, "w", closefd=False), _FILE_BYTES)

    def _forget_all(self) -> None:
        self._lock = threading.RLock()
        self._gathered: list[str] = []
        self._gathered_length = 0
        self._gathered_kind = b"o"
        self._waiting = bytearray()
        self._is_sending = False
        self._has_unsent = False
        self._file = self._open()

    def _in_forked_process(self) -> None:
        self._is_main = False
        self._abandoned = self._file  # kept: if it were let go, it would write what the parent writes
        self._forget_all()


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
