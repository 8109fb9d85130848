import json
import unittest

from support import run_code
from runner.errors import NAME_CHARACTERS_MAX, TRACEBACK_CHARACTERS_MAX, TRACEBACK_LINES_MAX, VALUE_CHARACTERS_MAX


def error_of(source: str) -> dict:
    outcome = run_code(source)
    (record,) = [json.loads(payload) for kind, payload in outcome.records if kind == "x"]
    return record


class TracebackTest(unittest.TestCase):
    def test_shows_the_users_frames_with_their_lines(self) -> None:
        error = error_of("def half(x):\n    return x / 0\n\nhalf(3)")
        self.assertEqual((error["name"], error["value"]), ("ZeroDivisionError", "division by zero"))
        lines = error["traceback"].splitlines()
        top = ["Traceback (most recent call last):", '  File "<code>", line 4, in <module>', "    half(3)"]
        self.assertEqual(lines[:3], top)
        self.assertIn('  File "<code>", line 2, in half', lines)
        self.assertNotIn("runner", error["traceback"])

    def test_leaves_out_frames_of_libraries(self) -> None:
        error = error_of("import json\njson.loads('{')")
        self.assertEqual(error["name"], "JSONDecodeError")
        self.assertNotIn("decoder.py", error["traceback"])
        self.assertIn("json.loads('{')", error["traceback"])

    def test_points_at_a_syntax_error(self) -> None:
        error = error_of("a = 1\nb = (1 +\n")
        self.assertEqual(error["name"], "SyntaxError")
        self.assertEqual(error["value"], "'(' was never closed (<code>, line 2)")
        self.assertIn("    b = (1 +\n        ^\n", error["traceback"])
        self.assertNotIn("Traceback", error["traceback"])

    def test_shows_the_exception_behind_an_exception(self) -> None:
        for source, link in (
            ("try:\n    {}['k']\nexcept KeyError as e:\n    raise ValueError('v') from e", "direct cause"),
            ("try:\n    {}['k']\nexcept KeyError:\n    raise ValueError('v')", "During handling"),
        ):
            error = error_of(source)
            self.assertIn("KeyError: 'k'", error["traceback"])
            self.assertIn(link, error["traceback"])
            self.assertTrue(error["traceback"].endswith("ValueError: v\n"))

    def test_shows_the_members_of_a_group(self) -> None:
        traceback = error_of("raise ExceptionGroup('g', [ValueError(1), TypeError(2)])")["traceback"]
        self.assertIn("ValueError: 1", traceback)
        self.assertIn("TypeError: 2", traceback)

    def test_cuts_deep_recursion(self) -> None:
        for source in (
            "def f(n): return f(n + 1)\nf(0)",
            "def f(n): return g(n)\ndef g(n): return f(n + 1)\nf(0)",
            "import sys\nsys.setrecursionlimit(50_000)\ndef f(n): return g(n)\ndef g(n): return f(n + 1)\nf(0)",
        ):
            error = error_of(source)
            self.assertEqual(error["name"], "RecursionError")
            self.assertLessEqual(len(error["traceback"].splitlines()), TRACEBACK_LINES_MAX + 1)
            self.assertIn('"<code>", line', error["traceback"])

    def test_out_of_memory_is_named(self) -> None:
        self.assertEqual(error_of("bytearray(1 << 60)")["name"], "MemoryError")

    def test_is_written_after_all_text_before_it(self) -> None:
        self.assertEqual(run_code("print('a', end='')\n1 / 0").kinds(), "ox")


class HostileExceptionTest(unittest.TestCase):
    def test_survives_a_str_that_raises(self) -> None:
        error = error_of("class E(Exception):\n    def __str__(self): raise RuntimeError\nraise E")
        self.assertEqual((error["name"], error["value"]), ("E", "<exception str() failed>"))

    def test_bounds_a_huge_message(self) -> None:
        error = error_of("raise ValueError('x' * 10_000_000)")
        self.assertLess(len(error["value"]), VALUE_CHARACTERS_MAX + 10)
        self.assertLess(len(error["traceback"]), TRACEBACK_CHARACTERS_MAX + 10)

    def test_bounds_a_huge_class_name(self) -> None:
        error = error_of("raise type('N' * 2_000_000, (Exception,), {})")
        self.assertEqual(error["name"], "N" * NAME_CHARACTERS_MAX + "… [cut]")

    def test_survives_a_cause_that_is_its_own_cause(self) -> None:
        error = error_of("e = ValueError('a')\nf = ValueError('b')\ne.__cause__ = f\nf.__cause__ = e\nraise e")
        self.assertEqual(error["value"], "a")

    def test_replaces_lone_surrogates(self) -> None:
        self.assertEqual(error_of("raise ValueError('a\\ud800')")["value"], "a\ufffd")

    def test_an_exception_after_the_code_is_reported_too(self) -> None:
        outcome = run_code("import atexit\natexit.register(print, 'end')\nraise KeyboardInterrupt")
        self.assertEqual((outcome.kinds(), outcome.exit_code), ("xo", 1))


if __name__ == "__main__":
    unittest.main()
