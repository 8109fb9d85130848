import base64
import json
import struct
import unittest

from support import Outcome, run_code

try:
    import matplotlib
except ModuleNotFoundError:  # not in every Python that runs these tests; in the image it is
    matplotlib = None

PYPLOT = "import matplotlib.pyplot as plt\n"


def bundles(outcome: Outcome) -> list[dict]:
    return [json.loads(payload) for kind, payload in outcome.records if kind in "dv"]


def size_of(bundle: dict) -> tuple[int, int]:
    return struct.unpack(">II", base64.b64decode(bundle["image/png"])[16:24])


class FormatTest(unittest.TestCase):
    def test_refuses_other_formats(self) -> None:
        from runner import figures

        with self.assertRaises(ValueError):
            figures.use_format("pdf")


@unittest.skipUnless(matplotlib, "needs matplotlib")
class FigureTest(unittest.TestCase):
    def shown(self, source: str) -> list[dict]:
        outcome = run_code(PYPLOT + source)
        self.assertEqual(outcome.exit_code, 0, outcome)
        return bundles(outcome)

    def test_no_side_is_longer_than_the_limit(self) -> None:
        for size in ("(300, 3)", "(30, 40)"):
            (bundle,) = self.shown(f"plt.figure(figsize={size}, dpi=100).text(0.5, 0.5, 'x')\nplt.axis()\nNone")
            self.assertTrue(1_500 < max(size_of(bundle)) <= 2_000, size_of(bundle))

    def test_a_figure_keeps_its_dots_per_inch(self) -> None:
        outcome = run_code(f"{PYPLOT}fig = plt.figure(figsize=(300, 3), dpi=100)\ndisplay(fig)\nprint(fig.dpi)")
        self.assertEqual(outcome.text("o"), "100\n")

    def test_a_word_far_outside_does_not_make_the_figure_a_dot(self) -> None:
        (bundle,) = self.shown("plt.plot([1, 2])\nplt.text(1_000, 1.5, 'far')\nNone")
        self.assertEqual(size_of(bundle), (640, 480))

    def test_what_stands_a_little_outside_is_in_the_picture(self) -> None:
        plot = "plt.plot([1, 2], label='a label')\n"
        (inside,) = self.shown(f"{plot}None")
        (outside,) = self.shown(f"{plot}plt.legend(bbox_to_anchor=(1.5, 1))\nNone")
        self.assertGreater(size_of(outside)[0], size_of(inside)[0] + 50)

    def test_svg_holds_words_and_is_the_same_each_time(self) -> None:
        source = "import sys\nsys.modules['runner.figures'].use_format('svg')\n"
        source += "for _ in range(2):\n    plt.plot([1, 2])\n    plt.title('a title')\n    plt.show()"
        first, second = self.shown(source)
        self.assertEqual(first, second)
        self.assertIn("a title</text>", first["image/svg+xml"])
        self.assertNotIn("image/png", first)

    def test_an_svg_that_is_too_large_gives_way_to_a_png(self) -> None:
        source = "import sys\nsys.modules['runner.figures'].use_format('svg')\n"
        (bundle,) = self.shown(f"{source}plt.plot(range(150_000), 'o')\nNone")
        self.assertIn("image/svg+xml left out: over 4096 KiB", bundle["text/plain"])
        self.assertIn("image/png", bundle)

    def test_more_figures_than_anybody_looks_at_are_told_of(self) -> None:
        shown = self.shown(
            "plt.rcParams['figure.max_open_warning'] = 0\n"
            "for n in range(150): plt.figure().text(0.5, 0.5, n)\nplt.show()"
        )
        self.assertEqual([("image/png" in bundle) for bundle in shown], [True] * 100 + [False] * 50)
        self.assertIn("image/png left out: over 100 figures", shown[-1]["text/plain"])

    def test_a_figure_that_cannot_be_drawn_is_told_of(self) -> None:
        (bundle,) = self.shown("plt.title('$\\\\nothing$')\nNone")
        self.assertIn("image/png left out: ValueError", bundle["text/plain"])


if __name__ == "__main__":
    unittest.main()
