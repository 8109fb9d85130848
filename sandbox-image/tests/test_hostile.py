import json
import unittest

from support import Outcome, run_code
from runner.descriptions import REPRESENTATION_BYTES_MAX
from runner.representations import bundle_of

LYING_TEXT = """
class Text(str):
    def __len__(self): return 1
    def __getitem__(self, key): return "sliced"
    def __contains__(self, part): return False
    def encode(self, *options): return b"short"
    def isascii(self): return True
"""


def error_in(outcome: Outcome) -> dict:
    (record,) = [json.loads(payload) for kind, payload in outcome.records if kind == "x"]
    return record


class HostileExceptionTest(unittest.TestCase):
    """Whatever an exception does when it is looked at, an exception is what is told of."""

    def test_survives_a_str_that_wants_to_end_the_program(self) -> None:
        for way_out in ("SystemExit(5)", "KeyboardInterrupt", "GeneratorExit"):
            outcome = run_code(f"class E(Exception):\n    def __str__(self): raise {way_out}\nraise E()")
            self.assertEqual((error_in(outcome)["name"], outcome.exit_code), ("E", 1))

    def test_survives_attributes_that_raise(self) -> None:
        outcome = run_code("class E(Exception):\n    def __getattribute__(self, name): raise SystemExit(6)\nraise E()")
        self.assertEqual((error_in(outcome)["name"], outcome.exit_code), ("E", 1))

    def test_survives_a_class_that_hides_its_name(self) -> None:
        hiding = "class M(type):\n    __name__ = property(lambda cls: 1 / 0)\n"
        outcome = run_code(f"{hiding}class E(Exception, metaclass=M): pass\nraise E('v')")
        self.assertEqual((error_in(outcome)["name"], error_in(outcome)["value"]), ("E", "v"))

    def test_tells_the_value_also_when_no_traceback_can_be_made(self) -> None:
        link = "    link = ValueError(n)\n    link.__cause__ = e\n    e = link\n"
        outcome = run_code(f"e = None\nfor n in range(30_000):\n{link}raise e")
        self.assertEqual(error_in(outcome)["value"], "29999")


class HostileSourceTest(unittest.TestCase):
    def test_code_that_is_nested_too_deeply_is_not_out_of_memory(self) -> None:
        for source in ("-" * 100_000 + "1", "not " * 30_000 + "1", "if 0: pass\n" + "elif 0: pass\n" * 9_000):
            self.assertIn(error_in(run_code(source))["name"], ("RecursionError", "SyntaxError"))


class HostileTextTest(unittest.TestCase):
    """A subclass of str is taken for the characters it holds, not for what it says of itself."""

    def test_bounds_html_by_its_real_size(self) -> None:
        namespace: dict = {}
        exec(LYING_TEXT, namespace)
        for size, types in ((10, ["text/plain", "text/html"]), (REPRESENTATION_BYTES_MAX + 1, ["text/plain"])):
            class Value:
                def _repr_html_(self) -> str:
                    return namespace["Text"]("x" * size)

            self.assertEqual(list(bundle_of(Value())), types)

    def test_takes_nothing_for_text_that_only_says_so(self) -> None:
        class Claims:
            __class__ = str  # type: ignore[assignment]

        class Value:
            def _repr_html_(self) -> object:
                return Claims()

        self.assertEqual(list(bundle_of(Value())), ["text/plain"])

    def test_prints_the_characters_that_it_holds(self) -> None:
        outcome = run_code(f"{LYING_TEXT}\nimport sys\nsys.stdout.write(Text('whole\\n'))")
        self.assertEqual((outcome.text("o"), outcome.exit_code), ("whole\n", 0))


class HostileEndTest(unittest.TestCase):
    """How the process ends is what its code asked for, whatever it has put in the place of the runner's tools."""

    def test_ends_although_the_code_replaced_what_ends_it(self) -> None:
        for replaced in ("lambda code: None", "None"):
            for last, code in (("print('x')", 0), ("1 / 0", 1), ("raise SystemExit(7)", 7)):
                outcome = run_code(f"import os\nos._exit = {replaced}\n{last}")
                self.assertEqual((outcome.exit_code, outcome.stderr), (code, b""))

    def test_tells_of_exception_and_value_although_the_code_replaced_json(self) -> None:
        broken = "import json\njson.dumps = None\n"
        self.assertEqual(run_code(f"{broken}5").kinds(), "v")
        self.assertEqual(run_code(f"{broken}1 / 0").kinds(), "x")

    def test_loses_no_text_to_a_stream_that_raises_at_the_end(self) -> None:
        stream = "class S:\n    def flush(self): raise SystemExit(9)\n"
        outcome = run_code(f"{stream}import sys\nprint('kept', end='')\nsys.stdout = S()")
        self.assertEqual((outcome.text("o"), outcome.exit_code), ("kept", 0))

    def test_loses_no_text_to_an_exit_code_that_raises(self) -> None:
        request = "class E(SystemExit):\n    code = property(lambda self: 1 / 0)\n"
        outcome = run_code(f"{request}print('kept', end='')\nraise E()")
        self.assertEqual((outcome.text("o"), outcome.exit_code), ("kept", 1))

    def test_takes_an_exit_code_for_the_number_that_it_holds(self) -> None:
        number = "class N(int):\n    def __lt__(self, other): raise KeyboardInterrupt\n"
        outcome = run_code(f"{number}raise SystemExit(N(3))")
        self.assertEqual(outcome.exit_code, 3)

    def test_shows_the_traceback_although_the_code_closed_the_record_pipe(self) -> None:
        outcome = run_code("import os\nos.closerange(3, 1024)\n1 / 0")
        self.assertEqual(outcome.exit_code, 1)
        self.assertTrue(outcome.stderr.endswith(b"ZeroDivisionError: division by zero\n"), outcome.stderr)

    def test_a_figure_that_ends_the_program_is_told_of(self) -> None:
        fake = "import sys, types\nclass Figure:\n    def __getattr__(self, name): raise SystemExit(4)\n"
        module = "sys.modules['matplotlib'] = types.SimpleNamespace(rcParams={'savefig.dpi': 'figure'})\n"
        module += "sys.modules['matplotlib.figure'] = types.SimpleNamespace(Figure=Figure)\nFigure()"
        outcome = run_code(fake + module)
        self.assertEqual((outcome.kinds(), outcome.exit_code), ("v", 0))
        self.assertIn("image/png left out: SystemExit", outcome.text("v"))


if __name__ == "__main__":
    unittest.main()
