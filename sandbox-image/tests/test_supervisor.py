"""The real supervisor over pipes, as root and not as PID 1: what else runs on the machine is none of a run's."""

import json
import os
import select
import subprocess
import sys
import unittest

from support import HEADER, ROOT

_PATIENCE_SECONDS = 10.0
_PROGRAM = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
from runner import __main__ as runner, imports, late_loading, preload, sweep, zygote
gate = int(sys.argv[1])
sweep.left_over = lambda known: []
"""
_IMPORT_WAITS = """
preload.load = lambda *, scientific: scientific and os.read(gate, 1)
"""
_ZYGOTE_DIES_AS_IT_IMPORTS = """
late_loading._LATEST_SECONDS = 0.2
preload.load = lambda *, scientific: scientific and os._exit(9)
"""
_ZYGOTE_DIES_EARLIER = """
late_loading._LATEST_SECONDS = 0.2
serve = zygote.serve
zygote.serve = lambda kind, uid, channel: os.read(gate, 1) if kind == imports.SCIENTIFIC else serve(kind, uid, channel)
"""


@unittest.skipUnless(os.getuid() == 0, "a supervisor is root")
class SupervisorTest(unittest.TestCase):
    def start(self, changes: str) -> None:
        read, self.gate = os.pipe()
        command = [sys.executable, "-c", f"{_PROGRAM}{changes}runner.main()", str(read)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=[read], bufsize=0
        )
        os.close(read)
        self.addCleanup(self.end)
        self.until("H")

    def end(self) -> None:
        os.close(self.gate)
        self.process.communicate(timeout=_PATIENCE_SECONDS)

    def send(self, kind: str, value: dict) -> None:
        payload = json.dumps({"run": "run", **value}).encode()
        self.process.stdin.write(HEADER.pack(kind.encode(), len(payload)) + payload)

    def send_job(self, code: str) -> None:
        self.send("R", {"code": code, "stdin": "", "timeout_ms": 30_000, "flood_bytes_max": 1024})

    def until(self, wanted: str) -> dict:
        """The payload of the next frame of this type."""
        while True:
            kind, size = HEADER.unpack(self.read(HEADER.size))
            payload = self.read(size)
            if kind.decode() == wanted:
                return json.loads(payload)

    def read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            self.assertTrue(select.select([self.process.stdout], [], [], _PATIENCE_SECONDS)[0], "nothing comes")
            part = self.process.stdout.read(size - len(data))
            self.assertTrue(part, "the supervisor is gone")
            data += part
        return data

    def test_ends_a_cancelled_run_while_its_zygote_imports(self) -> None:
        self.start(_IMPORT_WAITS)
        self.send_job("import pandas")
        self.send("K", {"cause": "cancelled"})
        self.assertEqual(self.until("E")["cause"], "cancelled")
        self.assertTrue(self.until("C")["clean"])
        self.send_job("'import pandas'")
        os.write(self.gate, b"x")
        self.assertEqual(self.until("E")["exit_code"], 0)

    def test_waits_for_a_run_when_the_other_zygote_dies_before_it_was_to_import(self) -> None:
        self.start(_ZYGOTE_DIES_EARLIER)
        self.send_job("import time\ntime.sleep(0.6)")
        self.until("S")
        os.write(self.gate, b"x")
        self.assertEqual(self.until("E")["exit_code"], 0)
        self.assertFalse(self.until("C")["clean"])

    def test_waits_for_a_run_when_the_other_zygote_dies_as_it_imports(self) -> None:
        self.start(_ZYGOTE_DIES_AS_IT_IMPORTS)
        self.send_job("import time\ntime.sleep(0.6)")
        self.assertEqual(self.until("E")["exit_code"], 0)
        self.assertFalse(self.until("C")["clean"])


if __name__ == "__main__":
    unittest.main()
