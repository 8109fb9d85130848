import json
import unittest

from support import run_code
from runner.descriptions import REPRESENTATION_BYTES_MAX, plain
from runner.contents import PICTURE_BYTES_MAX
from runner.representations import bundle_of


def value_of(source: str) -> dict | None:
    outcome = run_code(source)
    values = [json.loads(payload) for kind, payload in outcome.records if kind == "v"]
    return values[0] if values else None


class LastExpressionTest(unittest.TestCase):
    def test_shows_the_value_of_the_last_expression(self) -> None:
        self.assertEqual(value_of("x = 20\nx + 1"), {"text/plain": "21"})

    def test_shows_nothing_for_none_a_statement_or_a_semicolon(self) -> None:
        for source in ("None", "x = 1", "5;", "5 ;  # comment", "print(1)", "# nothing", "for i in range(3): i"):
            self.assertIsNone(value_of(source), source)

    def test_shows_the_value_before_a_comment_and_over_lines(self) -> None:
        self.assertEqual(value_of("(1 +\n 2)  # three; not two\n\n"), {"text/plain": "3"})

    def test_counts_lines_as_the_compiler_does(self) -> None:
        self.assertEqual(value_of("x = 'a\u2028b'\r\n'é';'é'\r\n"), {"text/plain": "'é'"})

    def test_future_statements_hold_for_the_last_expression(self) -> None:
        source = "from __future__ import annotations\ndef f(x: nowhere): pass\nf.__annotations__['x']"
        self.assertEqual(value_of(source), {"text/plain": "'nowhere'"})

    def test_await_works_at_the_top_level(self) -> None:
        source = "import asyncio\nawait asyncio.sleep(0)\nx = 4\nawait asyncio.sleep(0, x)"
        self.assertEqual(value_of(source), {"text/plain": "4"})

    def test_code_is_main(self) -> None:
        source = (
            "import pickle, dataclasses, sys\n@dataclasses.dataclass\nclass P:\n    a: int\n"
            "(__name__, sys.argv, pickle.loads(pickle.dumps(P(1))))"
        )
        self.assertEqual(value_of(source), {"text/plain": "('__main__', [''], P(a=1))"})


class DisplayTest(unittest.TestCase):
    def test_display_shows_each_value_in_order_with_text(self) -> None:
        outcome = run_code("print(1)\ndisplay(2, 'x')\nprint(3)")
        self.assertEqual(outcome.kinds(), "oddo")


class EndTest(unittest.TestCase):
    def exit_code(self, source: str) -> int:
        return run_code(source).exit_code

    def test_exit_codes_are_those_of_the_interpreter(self) -> None:
        for source, expected in (
            ("pass", 0),
            ("raise SystemExit", 0),
            ("import sys; sys.exit(3)", 3),
            ("import sys; sys.exit(True)", 1),
            ("import sys; sys.exit(-1)", 255),
            ("import sys; sys.exit(256)", 0),
            ("import sys; sys.exit(2**40)", 255),
            ("import os; os._exit(7)", 7),
            ("1 / 0", 1),
        ):
            self.assertEqual(self.exit_code(source), expected, source)

    def test_exit_with_a_text_prints_it_to_stderr(self) -> None:
        outcome = run_code("import sys; sys.exit('bye')")
        self.assertEqual((outcome.records, outcome.exit_code), ([("e", b"bye\n")], 1))

    def test_threads_exit_functions_and_globals_end_in_that_order(self) -> None:
        outcome = run_code(
            "import atexit, threading, time\n"
            "class A:\n    def __del__(self): print('global')\n"
            "a = A()\natexit.register(print, 'atexit')\n"
            "threading.Thread(target=lambda: (time.sleep(0.05), print('thread'))).start()\n"
            "print('code')"
        )
        self.assertEqual(outcome.text("o"), "code\nthread\natexit\nglobal\n")

    def test_a_daemon_thread_whose_globals_are_gone_says_nothing(self) -> None:
        outcome = run_code(
            "import threading, time\n"
            "def work():\n    while True: time.sleep(0.001)\n"
            "class Slow:\n    def __del__(self, sleep=time.sleep): sleep(0.2)\n"
            "slow = Slow()\n"
            "threading.Thread(target=work, daemon=True).start()\n"
        )
        self.assertEqual((outcome.records, outcome.stderr, outcome.exit_code), ([], b"", 0))


class Hostile:
    def __init__(self, result: object) -> None:
        self.result = result

    def __repr__(self) -> str:
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result  # type: ignore[return-value]

    def _repr_html_(self) -> object:
        return self.result


class AnythingGoes:
    """Has every attribute, as some proxies do."""

    def __getattr__(self, name: str) -> object:
        return lambda: "<b>no</b>"

    def __repr__(self) -> str:
        return "anything"


class BundleTest(unittest.TestCase):
    def test_tells_of_a_repr_that_raises(self) -> None:
        for error in (ValueError("x"), SystemExit(3), KeyboardInterrupt()):
            self.assertEqual(plain(Hostile(error)), f"<Hostile: its repr raised {type(error).__name__}>")

    def test_tells_of_a_repr_that_is_no_text(self) -> None:
        self.assertEqual(plain(Hostile(5)), "<Hostile: its repr raised TypeError>")

    def test_keeps_a_repr_at_the_limit_and_cuts_one_past_it(self) -> None:
        for character in ("x", "é", "😀"):
            size = len(character.encode())
            fits = character * (REPRESENTATION_BYTES_MAX // size)
            self.assertEqual(plain(Hostile(fits)), fits)
            cut = plain(Hostile(fits + character))
            self.assertLessEqual(len(cut.encode()), REPRESENTATION_BYTES_MAX)
            self.assertTrue(cut.endswith("… [cut]"))

    def test_takes_html_at_the_limit_and_leaves_out_what_is_over_or_no_text(self) -> None:
        self.assertIn("text/html", bundle_of(Hostile("x" * REPRESENTATION_BYTES_MAX)))
        for result in ("x" * (REPRESENTATION_BYTES_MAX + 1), "é" * REPRESENTATION_BYTES_MAX):
            self.assertNotIn("text/html", bundle_of(Hostile(result)))
        self.assertEqual(list(bundle_of(Hostile(ValueError()))), ["text/plain"])

    def test_does_not_ask_classes_and_objects_that_have_every_attribute(self) -> None:
        self.assertEqual(list(bundle_of(Hostile)), ["text/plain"])
        self.assertEqual(bundle_of(AnythingGoes()), {"text/plain": "anything"})

    def test_pictures_are_base64_and_bounded(self) -> None:
        class Picture:
            def __init__(self, size: int) -> None:
                self.size = size

            def _repr_png_(self) -> bytes:
                return bytes(self.size)

        self.assertEqual(bundle_of(Picture(3))["image/png"], "AAAA")
        over = bundle_of(Picture(PICTURE_BYTES_MAX))
        self.assertNotIn("image/png", over)
        self.assertIn("left out", over["text/plain"])

    def test_replaces_lone_surrogates(self) -> None:
        bundle = bundle_of(Hostile("a\ud800"))
        self.assertEqual((bundle["text/plain"], bundle["text/html"]), ("a\ufffd", "a\ufffd"))


if __name__ == "__main__":
    unittest.main()
