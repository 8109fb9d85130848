"""What the tests share: the path to the runner, and code that is really run in a process of its own."""

import os
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

HEADER = struct.Struct(">cI")
_PROGRAM = """
import os
import sys
sys.path.insert(0, sys.argv[1])
from runner import execution
source = sys.argv[3]
descriptor = int(sys.argv[2])
# As in a sandbox, the pipe comes only after the preparation.
pipe = os.dup(descriptor)
null = os.open(os.devnull, os.O_WRONLY)
os.dup2(null, descriptor)
os.close(null)
writer = execution.prepare(descriptor)
os.dup2(pipe, descriptor)
os.close(pipe)
execution.run(source, writer)
"""


@dataclass(frozen=True)
class Outcome:
    """How a run ended and what it wrote, by channel."""

    records: list[tuple[str, bytes]]
    stdout: bytes
    stderr: bytes
    exit_code: int

    def text(self, kind: str) -> str:
        return b"".join(payload for name, payload in self.records if name == kind).decode()

    def kinds(self) -> str:
        return "".join(name for name, _ in self.records)


def records_in(data: bytes) -> list[tuple[str, bytes]]:
    """Cuts what came out of a record pipe; raises if a record is cut short."""
    found = []
    start = 0
    while start < len(data):
        kind, size = HEADER.unpack_from(data, start)
        end = start + HEADER.size + size
        if end > len(data):
            raise ValueError(f"a record of {size} bytes with {len(data) - start - HEADER.size} left")
        found.append((kind.decode(), data[start + HEADER.size : end]))
        start = end
    return found


def run_code(source: str, stdin: bytes = b"") -> Outcome:
    """Runs code as a child of a sandbox would, without the privileges' part."""
    read, write = os.pipe()
    gathered: list[bytes] = []
    reader = threading.Thread(target=lambda: _read_all(read, gathered))
    reader.start()
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(ROOT), str(write), source],
        input=stdin,
        capture_output=True,
        pass_fds=[write],
        timeout=30,
        check=False,
    )
    os.close(write)
    reader.join()
    return Outcome(records_in(b"".join(gathered)), done.stdout, done.stderr, done.returncode)


def _read_all(descriptor: int, gathered: list[bytes]) -> None:
    with open(descriptor, "rb") as file:
        gathered.append(file.read())
