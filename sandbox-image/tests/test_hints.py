import errno
import json
import os
import sys
import unittest
from pathlib import Path
from unittest import mock

from support import run_code
from runner import file_hints, module_hints, module_names
from runner.hints import HINT_CHARACTERS_MAX, hint_for


def raised(error: BaseException) -> BaseException:
    """The exception with a traceback, as if a library had raised it."""
    try:
        raise error
    except BaseException as caught:  # noqa: BLE001
        return caught


def hint_of(source: str) -> str:
    """The hint in the record of the run; "" without one."""
    outcome = run_code(source)
    (record,) = [json.loads(payload) for kind, payload in outcome.records if kind == "x"]
    return record.get("hint", "")


class RuleTest(unittest.TestCase):
    def test_names_the_next_step_where_the_sandbox_is_the_cause(self) -> None:
        for error, part in (
            (OSError(errno.EAFNOSUPPORT, "Address family not supported"), "no network"),
            (OSError(errno.EROFS, "Read-only file system", "/mnt/data/out.csv"), "attach('out.csv', data)"),
            (OSError(errno.EROFS, "Read-only file system", b"a.txt"), "attach('a.txt', data)"),
            (OSError(errno.EROFS, "Read-only file system", Path("d/a.txt")), "attach('a.txt', data)"),
            (OSError("Cannot save file into a non-existent directory: 'd'"), "attach("),
            (FileNotFoundError(errno.ENOENT, "No such file", "data.csv"), "no file 'data.csv'"),
            (FileNotFoundError("data.txt not found."), "no file 'data.txt'"),
            (FileNotFoundError(errno.ENOENT, "No such file", "/dev/shm/x"), "no /dev/shm"),
            (OSError(errno.EROFS, "Read-only file system", "/dev/shm/x"), "no /dev/shm"),
            (PermissionError(errno.EACCES, "Permission denied", "new.xlsx"), "attach('new.xlsx', data)"),
            (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in []"), "NamedTemporaryFile"),
            (MemoryError(), "memory_mb"),
            (RuntimeError("can't start new thread"), "few processes and threads"),
            (RuntimeError("asyncio.run() cannot be called from a running event loop"), "`await main()`"),
            (RuntimeError("This event loop is already running"), "`await main()`"),
            (EOFError("EOF when reading a line"), "stdin"),
            (NameError("name 'get_ipython' is not defined", name="get_ipython"), "notebooks"),
            (ImportError("Unable to find a usable engine; tried using: 'pyarrow', 'fastparquet'."), "neither pyarrow"),
            (ImportError("Missing optional dependency 'pyarrow'.  Use pip or conda"), "attach('table.csv', frame)"),
            (ModuleNotFoundError("No module named 'pyarrow.parquet'", name="pyarrow.parquet"), "neither pyarrow"),
            (ModuleNotFoundError("No module named 'google.colab'", name="google.colab"), "attach(name, data)"),
        ):
            self.assertIn(part, hint_for(raised(error)) or "", repr(error))

    def test_says_nothing_where_the_code_is_the_cause(self) -> None:
        for error in (
            ValueError("no such file"),
            KeyError("data.csv"),
            TimeoutError(),
            PermissionError(errno.EPERM, "Operation not permitted"),
            PermissionError(errno.EACCES, "Permission denied", "/proc/1/environ"),
            FileNotFoundError(errno.ENOENT, "No such file", "/proc/999/stat"),
            FileNotFoundError(),
            BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"),
            RuntimeError("no running event loop"),
            EOFError("Ran out of input"),
            ModuleNotFoundError("No module named 'json.nothing'", name="json.nothing"),
            ImportError("cannot import name 'x' from 'json'", name="json"),
            OSError(),
            SyntaxError("invalid syntax"),
        ):
            self.assertIsNone(hint_for(raised(error)), repr(error))

    def test_finds_the_cause_behind_an_exception_and_in_a_group(self) -> None:
        network = OSError(errno.EAFNOSUPPORT, "Address family not supported")
        with_cause = ValueError("failed")
        with_cause.__cause__ = network
        group = BaseExceptionGroup("g", [ValueError(), BaseExceptionGroup("h", [network])])
        for error in (with_cause, group):
            self.assertIn("no network", hint_for(raised(error)) or "")


class CodeTest(unittest.TestCase):
    def test_goes_with_the_error(self) -> None:
        self.assertIn("'nowhere.csv'", hint_of("open('nowhere.csv')"))
        self.assertEqual(hint_of("1 / 0"), "")

    def test_names_notebook_commands_by_their_line(self) -> None:
        self.assertIn("notebooks", hint_of("x = 1\n%matplotlib inline\n"))
        self.assertIn("no pip", hint_of("!pip install numpy"))
        self.assertEqual(hint_of("x = = 2"), "")

    def test_tells_reading_from_writing_into_a_directory_that_is_not_there(self) -> None:
        self.assertIn("attach('a.txt', data)", hint_of("open('nowhere/a.txt', 'w')"))
        self.assertIn("stdin", hint_of("open('nowhere/a.txt')"))

    def test_names_the_files_that_there_are(self) -> None:
        names = [f"{letter}.csv" for letter in "GFEDCBA"]
        with mock.patch.object(file_hints.os, "listdir", return_value=names):
            hint = hint_for(raised(FileNotFoundError(errno.ENOENT, "No such file", "a.csv")))
        self.assertIn("no file 'a.csv'", hint)
        self.assertIn("has 'A.csv', 'B.csv', 'C.csv', 'D.csv', 'E.csv' and 2 more.", hint)

    def test_names_programs_and_pip(self) -> None:
        self.assertIn("no program 'frobnicate'", hint_of("import subprocess\nsubprocess.run(['frobnicate', '-x'])"))
        self.assertIn("no pip", hint_of("import subprocess\nsubprocess.run(['pip4', 'install', 'x'])"))
        self.assertIn("no pip", hint_of("import subprocess\nsubprocess.run(['/usr/bin/nowhere/apt-get', 'update'])"))
        command = "[sys.executable, '-c', 'exit(1)', 'pip', 'install']"
        self.assertIn("no pip", hint_of(f"import subprocess, sys\nsubprocess.run({command}, check=True)"))

    def test_names_programs_that_are_started_without_subprocess(self) -> None:
        self.assertIn("no shell and no programs", hint_of("import os\nos.execvp('frobnicate', ['frobnicate'])"))
        spawned = "import os\nos.posix_spawn('/bin/frobnicate', ['frobnicate'], {})"
        self.assertIn("no program 'frobnicate'", hint_of(spawned))

    def test_what_the_code_only_met_before_is_no_cause(self) -> None:
        met = "try:\n    open('cache.json')\nexcept OSError:\n    {way}\n"
        self.assertEqual(hint_of(met.format(way="1 / 0")), "")
        self.assertIn("cache.json", hint_of(met.format(way="raise ValueError('no cache')")))
        self.assertEqual(hint_of(met.format(way="raise ValueError('no cache') from None")), "")


class ModuleTest(unittest.TestCase):
    there = set("Cryptodome PIL bs4 json matplotlib networkx numpy pandas pdfminer pypdf skimage sklearn sqlite3".split())

    def hint(self, name: str) -> str:
        with mock.patch.object(module_hints, "_importable", return_value=self.there):
            return hint_for(raised(ModuleNotFoundError(f"No module named {name!r}", name=name))) or ""

    def test_names_what_a_package_is_imported_as(self) -> None:
        for name, imported_as in (("pillow", "PIL"), ("scikit_learn", "sklearn"), ("Crypto.Cipher", "Cryptodome")):
            self.assertIn(f"`import {imported_as}`", self.hint(name))

    def test_names_what_does_the_same(self) -> None:
        for name, instead in (
            ("cv2", "skimage or PIL"),
            ("torch.nn", "sklearn or numpy"),
            ("polars", "pandas"),
            ("fitz", "pypdf or pdfminer"),
        ):
            self.assertIn(f"Use {instead} instead.", self.hint(name))

    def test_names_only_what_is_there(self) -> None:
        self.assertIn("Use sklearn instead.", self.hint("lightgbm"))

    def test_knows_each_name_once(self) -> None:
        names = [name for group in module_names.INSTEAD for name in group.split()]
        names += [*module_names.FOR_NETWORK, *module_names.WINDOWS, *module_names.IMPORTED_AS]
        self.assertEqual(sorted({name for name in names if names.count(name) > 1}), [])

    def test_names_the_nearest(self) -> None:
        for name, near in (("pands", "pandas"), ("network", "networkx"), ("nunpy", "numpy")):
            self.assertIn(f"Did you mean {near}?", self.hint(name))

    def test_names_the_reason_for_what_cannot_be_there(self) -> None:
        for name, reason in (("yfinance", "no network"), ("tkinter", "no display"), ("pip", "no pip")):
            self.assertIn(reason, self.hint(name))

    def test_says_for_anything_else_that_it_cannot_be_installed(self) -> None:
        self.assertIn("none can be installed", self.hint("my_own_things"))

    def test_knows_the_standard_library(self) -> None:
        self.assertLessEqual({"json", "sqlite3", "asyncio"}, module_hints._importable())


class HostileTest(unittest.TestCase):
    """Looking for a hint runs nothing of the exception, and always comes to an end."""

    def test_runs_no_method_of_an_exception(self) -> None:
        class Meta(type):
            def __getattribute__(cls, name: str) -> object:
                raise AssertionError(name)

        class Hostile(OSError, metaclass=Meta):
            def __getattribute__(self, name: str) -> object:
                raise AssertionError(name)

            __str__ = __eq__ = __hash__ = None  # type: ignore[assignment]

        error = Hostile(errno.EROFS, "Read-only", "x.txt")
        self.assertIn("attach('x.txt', data)", hint_for(error) or "")

    def test_takes_only_what_it_knows_as_path_number_and_text(self) -> None:
        class Text(str):
            def __len__(self) -> int:
                raise AssertionError

        class Fs:
            def __fspath__(self) -> str:
                raise AssertionError

        for error in (
            OSError(Text("x"), Text("y"), Text("z")),
            FileNotFoundError(2, "No such file", Fs()),
            ModuleNotFoundError(name=Text("\ud800" * 9)),
            SyntaxError("invalid", ("<code>", 1, 1, Text("%x"))),
            RuntimeError(Text("can't start new thread")),
        ):
            hint_for(raised(error))

    def test_ends_with_a_circle_of_causes(self) -> None:
        one, two = ValueError(), ValueError()
        one.__cause__, two.__cause__ = two, one
        self.assertIsNone(hint_for(one))

    def test_is_bounded(self) -> None:
        for name in ("x" * 1_000_000, "'\\" * 100_000, "\U0001f600" * 10_000):
            for error in (FileNotFoundError(2, "No such file", name), ModuleNotFoundError(name=name)):
                self.assertLessEqual(len(hint_for(raised(error)) or ""), HINT_CHARACTERS_MAX)

    def test_survives_a_broken_path_of_modules(self) -> None:
        with mock.patch.object(sys, "path", [None, 5, "/nowhere-packages", os.devnull]):
            self.assertIn("none can be installed", hint_for(ModuleNotFoundError(name="qqqq")) or "")


if __name__ == "__main__":
    unittest.main()
