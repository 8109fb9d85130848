import errno
import os
import subprocess
import sys
import tempfile
import unittest

from support import HEADER, ROOT
from runner import diagnostics
from runner.frames import FrameError

_SECRET = "hidden words of a run"

# A supervisor without zygotes, as an ordinary user can start it, with a mistake in it.
_SUPERVISOR = """
import sys
sys.path.insert(0, sys.argv[1])
from runner import __main__ as runner, supervisor
def mistake(value): return {}[value["code"]]
runner.users.draw = lambda kinds: {}
supervisor.parse_job = mistake
runner.main()
"""


def told_of(error: BaseException) -> str:
    """What `tell` writes to the descriptor of stderr."""
    kept = os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            raise error
        except type(error):
            diagnostics.tell("part", error)
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        file.seek(0)
        return file.read().decode()


def ended_with(payload: str) -> tuple[int, str]:
    """Exit status and stderr of a supervisor that gets this in a run frame."""
    data = payload.encode()
    done = subprocess.run(
        [sys.executable, "-c", _SUPERVISOR, str(ROOT)],
        input=HEADER.pack(b"R", len(data)) + data,
        capture_output=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stderr.decode()


class TellTest(unittest.TestCase):
    def test_tells_the_class_and_the_place_of_a_mistake_and_not_its_text(self) -> None:
        for error in (ValueError(_SECRET), KeyError(_SECRET), type("Own", (Exception,), {})(_SECRET)):
            self.assertRegex(told_of(error), rf"^part: {type(error).__name__} at test_diagnostics\.py:\d+\n$")

    def test_tells_what_the_system_refused_and_not_of_which_file(self) -> None:
        told = told_of(PermissionError(errno.EACCES, _SECRET, _SECRET))
        self.assertRegex(told, r"^part: PermissionError at test_diagnostics\.py:\d+: Permission denied\n$")

    def test_tells_the_runners_own_words(self) -> None:
        self.assertTrue(told_of(FrameError("own words")).endswith(": own words\n"))


class SupervisorTest(unittest.TestCase):
    def test_quotes_nothing_of_a_run_frame_that_it_cannot_read(self) -> None:
        for payload in (_SECRET, f'{{"code": "{_SECRET}"', f'["{_SECRET}"]'):
            status, stderr = ended_with(payload)
            self.assertEqual(status, 70)
            self.assertRegex(stderr, r"^supervisor: FrameError at frames\.py:\d+: payload is not [ \w]+\n$")

    def test_quotes_nothing_of_a_run_when_it_fails_by_a_mistake_of_its_own(self) -> None:
        status, stderr = ended_with(f'{{"code": "{_SECRET}"}}')
        self.assertEqual(status, 71)
        self.assertRegex(stderr, r"^supervisor: KeyError at <string>:\d+\n$")


if __name__ == "__main__":
    unittest.main()
