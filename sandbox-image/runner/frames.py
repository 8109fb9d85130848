"""Frames between worker and supervisor: type (1 byte), length (4 bytes, big-endian), payload. Pure."""

import json
import struct
from collections.abc import Iterator

from .diagnostics import RunnerError

HEADER = struct.Struct(">cI")

# Largest payload that is taken, by type. Anything else is a broken peer.
PAYLOAD_BYTES_MAX = {b"R": 8 * 1024 * 1024, b"K": 64 * 1024, b"D": 256 * 1024}


class FrameError(RunnerError):
    """The peer broke the rules of frames: nothing after it can be trusted."""


def encode(kind: bytes, payload: bytes) -> bytes:
    """One frame, or one record: both have the same layout."""
    return HEADER.pack(kind, len(payload)) + payload


def encode_json(kind: bytes, value: dict) -> bytes:
    """One frame that carries a JSON object."""
    return encode(kind, json.dumps(value, separators=(",", ":")).encode())


def decode_json(payload: bytes) -> dict:
    """The JSON object of a frame; raises FrameError if it is none."""
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise FrameError("payload is not JSON") from error
    if not isinstance(value, dict):
        raise FrameError("payload is not a JSON object")
    return value


class FrameReader:
    """Cuts a byte stream, however it arrives, into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yields the (type, payload) that `data` completes; raises FrameError on an unknown type or a length over
        the type's limit, before the payload is waited for."""
        self._buffer += data
        while len(self._buffer) >= HEADER.size:
            kind, size = HEADER.unpack_from(self._buffer)
            if size > PAYLOAD_BYTES_MAX.get(kind, -1):
                raise FrameError(f"frame {kind!r} of {size} bytes")
            end = HEADER.size + size
            if len(self._buffer) < end:
                return
            payload = bytes(self._buffer[HEADER.size : end])
            del self._buffer[:end]
            yield kind, payload
