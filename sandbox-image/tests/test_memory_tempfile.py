import subprocess
import sys
import unittest

from support import ROOT

_PATCHED = f"""
import sys
sys.path.insert(0, {str(ROOT / "build")!r})
import os, tempfile, memory_tempfile
memory_tempfile.install(vars(tempfile))
"""


def patched(code: str) -> str:
    """What `code` prints after the patch that the image has."""
    command = [sys.executable, "-c", _PATCHED + code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return done.stdout + done.stderr


@unittest.skipIf(sys.version_info < (3, 12), "fits the tempfile of Python 3.12 and later")
class MemoryTempfileTest(unittest.TestCase):
    def test_a_named_file_can_be_opened_by_its_name_and_is_gone_when_closed(self) -> None:
        printed = patched(
            "with tempfile.NamedTemporaryFile('w+') as f:\n"
            "    f.write('hello'); f.flush(); print(f.name.startswith('/proc/self/fd/'), open(f.name).read())\n"
            "print(os.path.exists(f.name))"
        )
        self.assertEqual(printed, "True hello\nFalse\n")

    def test_a_kept_file_outlives_its_object_and_is_gone_when_removed(self) -> None:
        printed = patched(
            "f = tempfile.NamedTemporaryFile(delete=False); f.write(b'abc'); f.close()\n"
            "print(open(f.name, 'rb').read()); os.remove(f.name); print(os.path.exists(f.name))"
        )
        self.assertEqual(printed, "b'abc'\nFalse\n")

    def test_mkstemp_gives_a_descriptor_and_a_name(self) -> None:
        printed = patched(
            "fd, name = tempfile.mkstemp('.txt'); os.write(fd, b'q'); os.close(fd)\n"
            "print(open(name).read()); os.unlink(name); print(os.path.exists(name))"
        )
        self.assertEqual(printed, "q\nFalse\n")

    def test_a_real_directory_is_used_when_named(self) -> None:
        printed = patched("with tempfile.NamedTemporaryFile(dir='/tmp') as f: print(f.name.startswith('/tmp/'))")
        self.assertEqual(printed, "True\n")

    def test_other_files_are_removed_as_before(self) -> None:
        self.assertIn("FileNotFoundError", patched("os.remove('/nowhere')"))


if __name__ == "__main__":
    unittest.main()
