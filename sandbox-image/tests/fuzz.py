"""Hostile frames for the supervisor's reader: `fuzz.py CASES SEED`. The worker writes these frames; nothing else can.

A broken frame ends the sandbox. So the reader either gives the frames that are there, however they are cut, or raises
FrameError: nothing else, and it never holds more than one frame at its limit.
"""

import json
import random
import struct
import sys

import support  # noqa: F401
from runner.frames import PAYLOAD_BYTES_MAX, FrameError, FrameReader, decode_json, encode
from runner.run import Job, parse_job

_VALUES = ("print(1)", "", "\ud800", 0, -1, 1.5, 1e309, 2**60, True, None, [], {}, [[]], {"run": {}})
_INTERESTING = (0x00, 0x22, 0x5C, 0x7B, 0x7D, 0x80, 0xFF)


def run(cases: int, seed: int) -> None:
    """Raises AssertionError that names the case."""
    for case in range(cases):
        chance = random.Random(f"{seed}:{case}")
        data = b"".join(_frame(chance) for _ in range(chance.randint(1, 4)))
        for _ in range(chance.choice((0, 0, 1, 3))):
            data = _mutated(chance, data)
        try:
            whole = _read([data])
            assert _read(_pieces(chance, data)) == whole, "cut elsewhere it reads something else"
        except Exception as error:
            raise AssertionError(f"seed {seed}, case {case}: {error!r} of {data!r}") from error


def _read(pieces: list[bytes]) -> list[object]:
    """What the supervisor would take: jobs and kills, then perhaps the end."""
    reader = FrameReader()
    taken: list[object] = []
    try:
        for piece in pieces:
            for kind, payload in reader.feed(piece):
                assert len(payload) <= PAYLOAD_BYTES_MAX[kind]
                taken.append(_understood(kind, decode_json(payload)))
    except FrameError:
        taken.append("end")
    return taken


def _understood(kind: bytes, value: dict) -> object:
    if kind == b"R":
        job = parse_job(value)
        assert isinstance(job, Job) and job.timeout_ms > 0 and job.flood_bytes_max > 0
        job.code.encode("utf-8", "replace")
        return (job.run, job.code, job.stdin, job.timeout_ms, job.flood_bytes_max)
    return ("kill", repr(value.get("run")))


def _frame(chance: random.Random) -> bytes:
    kind = chance.choice((b"R", b"R", b"K", b"E", b"\0"))
    good = {"run": "1", "code": "1", "stdin": "", "timeout_ms": 5, "flood_bytes_max": 9}
    for _ in range(chance.choice((0, 0, 1, 2))):
        good[chance.choice(list(good) + ["x"])] = chance.choice(_VALUES)
    if chance.random() < 0.1:
        return struct.pack(">cI", kind, chance.choice((2**32 - 1, PAYLOAD_BYTES_MAX[b"K"] + 1, 0)))
    if chance.random() < 0.05:
        return encode(kind, chance.choice((b"[", b'{"a":')) * chance.randint(1, 3_000))
    return encode(kind, json.dumps(good).encode())


def _mutated(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    piece = bytes([chance.choice(_INTERESTING)]) * chance.randint(1, 3)
    return chance.choice(
        (
            data[:at] + piece + data[at:],
            data[:at] + piece + data[at + len(piece) :],
            data[:at] + data[at + len(piece) :],
            data[:at] + data[at:] + data[at:],
            data[:at],
        )
    )


def _pieces(chance: random.Random, data: bytes) -> list[bytes]:
    cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randint(0, 8)))
    return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)])]


if __name__ == "__main__":
    run(int(sys.argv[1]), int(sys.argv[2]))
