import subprocess
import sys
import unittest

from support import ROOT

_PATCHED = f"""
import os
os.cpu_count = lambda: 2
os.sched_getaffinity = lambda pid: {{9, 4, 7}}
os.system = lambda command: (127 << 8) if command != "true" else 0
exec(open({str(ROOT / "build/sitecustomize.py")!r}).read())
"""


def patched(code: str) -> tuple[str, str]:
    """What `code` prints on stdout and stderr in a Python that began as a sandbox's does."""
    command = [sys.executable, "-c", _PATCHED + code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return done.stdout, done.stderr


class ProcessorsTest(unittest.TestCase):
    def test_no_more_are_told_of_than_may_be_used(self) -> None:
        self.assertEqual(patched("print(sorted(os.sched_getaffinity(0)))"), ("[4, 7]\n", ""))

    def test_the_systems_own_count_is_the_same_by_name_and_by_number(self) -> None:
        code = """
for name in ("SC_NPROCESSORS_ONLN", "SC_NPROCESSORS_CONF"): print(os.sysconf(name), os.sysconf(os.sysconf_names[name]))
print(os.sysconf("SC_PAGE_SIZE") == os.sysconf(os.sysconf_names["SC_PAGE_SIZE"]) >= 4096)"""
        self.assertEqual(patched(code), ("2 2\n2 2\nTrue\n", ""))


class SystemTest(unittest.TestCase):
    def test_says_that_nothing_ran(self) -> None:
        out, err = patched("print(os.system('ls -l'))")
        self.assertEqual(out, "32512\n")
        self.assertEqual(err, "os.system('ls -l') ran nothing: here is no shell and no program but Python\n")

    def test_says_it_in_one_short_line(self) -> None:
        _, err = patched("os.system(b'echo\\n' * 100)")
        self.assertEqual(err.count("\n"), 1)
        self.assertLess(len(err), 200)

    def test_says_nothing_of_what_ran(self) -> None:
        self.assertEqual(patched("print(os.system('true'))"), ("0\n", ""))

    def test_survives_a_stderr_that_is_gone(self) -> None:
        self.assertEqual(patched("import sys\nsys.stderr = None\nprint(os.system('ls'))"), ("32512\n", ""))


if __name__ == "__main__":
    unittest.main()
