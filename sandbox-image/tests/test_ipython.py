import json
import shutil
import tempfile
import unittest
from pathlib import Path

from support import ROOT, Outcome, run_code

PNG = b"\x89PNG\r\n\x1a\n"


class StandInTest(unittest.TestCase):
    """The stand-in for IPython, laid out as in the image."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.site = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.site)
        (cls.site / "IPython").mkdir()
        shutil.copy(ROOT / "build/ipython.py", cls.site / "IPython/__init__.py")
        shutil.copy(ROOT / "build/ipython_display.py", cls.site / "IPython/display.py")

    def run_with(self, source: str) -> Outcome:
        return run_code(f"import sys\nsys.path.insert(0, {str(self.site)!r})\nfrom IPython.display import *\n{source}")

    def shown(self, source: str) -> list[dict]:
        outcome = self.run_with(source)
        self.assertEqual(outcome.exit_code, 0, outcome)
        bundles = [json.loads(payload) for kind, payload in outcome.records if kind in "dv"]
        return [{name: text for name, text in bundle.items() if name != "text/plain"} for bundle in bundles]

    def test_there_is_no_shell(self) -> None:
        self.assertEqual(self.run_with("from IPython import get_ipython\nprint(get_ipython())").text("o"), "None\n")

    def test_each_object_has_its_representation(self) -> None:
        for made, media_type, text in (
            ("HTML('<b>')", "text/html", "<b>"),
            ("Markdown('# a')", "text/markdown", "# a"),
            ("Latex('$x$')", "text/latex", "$x$"),
            ("Math('x')", "text/latex", "$\\displaystyle x$"),
            ("SVG('<svg/>')", "image/svg+xml", "<svg/>"),
            ("JSON({'a': 1})", "application/json", '{"a":1}'),
            ("JSON('[1]')", "application/json", "[1]"),
            (f"Image({PNG!r})", "image/png", "iVBORw0KGgo="),
            (f"Image(data={PNG!r}, width=5)", "image/png", "iVBORw0KGgo="),
        ):
            self.assertEqual(self.shown(made), [{media_type: text}], made)

    def test_display_is_the_builtin_one(self) -> None:
        self.assertEqual(self.shown("display(HTML('a'), Markdown('b'))"), [{"text/html": "a"}, {"text/markdown": "b"}])

    def test_a_handle_shows_again(self) -> None:
        outcome = self.run_with("handle = display(1, display_id=True)\nhandle.update(2)\nclear_output(wait=True)")
        self.assertEqual(outcome.kinds(), "dd")

    def test_what_would_be_loaded_is_refused_with_the_way_out(self) -> None:
        for made, error in (
            ("Image(url='https://a/b.png')", "ValueError"),
            ("Image('https://a/b.png')", "ValueError"),
            ("HTML(url='https://a')", "ValueError"),
            ("Image(filename='a.png')", "FileNotFoundError"),
            ("Image('a.png')", "FileNotFoundError"),
        ):
            told = json.loads(self.run_with(made).text("x"))
            self.assertEqual(told["name"], error, made)
            self.assertIn("(data=...)", told["value"])

    def test_a_file_that_can_be_read_is_shown(self) -> None:
        source = f"import tempfile\nfile = tempfile.NamedTemporaryFile()\nfile.write({PNG!r})\nfile.flush()\n"
        source += "Image(file.name)"
        self.assertEqual(self.shown(source), [{"image/png": "iVBORw0KGgo="}])


if __name__ == "__main__":
    unittest.main()
