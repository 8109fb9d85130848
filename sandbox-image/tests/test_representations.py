import json
import unittest
from unittest import mock

from support import run_code
from runner import descriptions, representations
from runner.bundle import BUNDLE_BYTES_MAX, MEDIA_TYPES_MAX, Bundle
from runner.contents import PICTURE_BYTES_MAX
from runner.descriptions import plain
from runner.representations import bundle_of, bundle_of_raw

MIB = 1024 * 1024


def value_with(**methods: object) -> object:
    """An object whose class has these methods, each given as what it returns or raises."""

    def method(result: object) -> object:
        def call(_self: object, **_options: object) -> object:
            if isinstance(result, BaseException):
                raise result
            return result

        return call

    made = {f"_repr_{name}_": method(result) for name, result in methods.items()}
    return type("Value", (), {"__repr__": lambda _self: "value", **made})()


class MethodsTest(unittest.TestCase):
    def test_takes_every_representation_that_the_value_has(self) -> None:
        value = value_with(
            html="<b>", markdown="#", latex="$x$", svg="<svg/>", png=b"\0\0\0", jpeg=b"\0\0\0", json={"a": [1, None]}
        )
        self.assertEqual(
            bundle_of(value),
            {
                "text/plain": "value",
                "text/html": "<b>",
                "text/markdown": "#",
                "text/latex": "$x$",
                "image/svg+xml": "<svg/>",
                "image/png": "AAAA",
                "image/jpeg": "AAAA",
                "application/json": '{"a":[1,null]}',
            },
        )

    def test_takes_the_data_of_a_pair_with_metadata(self) -> None:
        self.assertEqual(bundle_of(value_with(png=(b"\0\0\0", {"width": 5})))["image/png"], "AAAA")

    def test_takes_pictures_in_base64_and_nothing_else_for_text(self) -> None:
        self.assertEqual(bundle_of(value_with(png="AA\nAA\n"))["image/png"], "AAAA")
        self.assertEqual(
            bundle_of(value_with(png="é")), {"text/plain": "value (image/png left out: neither bytes nor base64)"}
        )

    def test_leaves_out_silently_what_the_value_does_not_offer(self) -> None:
        for nothing in (None, NotImplementedError()):
            self.assertEqual(bundle_of(value_with(html=nothing, mimebundle=nothing)), {"text/plain": "value"})

    def test_notes_what_is_left_out_and_why(self) -> None:
        for methods, note in (
            ({"html": ValueError("no\nway")}, "text/html left out: ValueError: no"),
            ({"html": SystemExit()}, "text/html left out: SystemExit"),
            ({"html": 5}, "text/html left out: int is no text"),
            ({"html": "x" * (MIB + 1)}, "text/html left out: over 1024 KiB"),
            ({"png": bytes(PICTURE_BYTES_MAX)}, "image/png left out: over 4096 KiB"),
            ({"json": float("nan")}, "application/json left out: no JSON: ValueError: "),
            ({"json": {1, 2}}, "application/json left out: no JSON: TypeError: "),
            ({"mimebundle": KeyError("x")}, "_repr_mimebundle_ left out: KeyError: 'x'"),
            ({"mimebundle": 5}, "_repr_mimebundle_ left out: int is no dict"),
        ):
            bundle = bundle_of(value_with(**methods))
            self.assertEqual(list(bundle), ["text/plain"])
            self.assertIn(f"value ({note}", bundle["text/plain"])

    def test_notes_stand_below_text_of_several_lines(self) -> None:
        bundle = Bundle("a\nb")
        bundle.leave_out("text/html", "because")
        self.assertEqual(bundle.texts()["text/plain"], "a\nb\n(text/html left out: because)")

    def test_bounds_all_representations_together(self) -> None:
        picture = bytes(3 * MIB)
        bundle = bundle_of(value_with(png=picture, jpeg=picture))
        self.assertLess(sum(map(len, bundle.values())), BUNDLE_BYTES_MAX)
        self.assertIn("image/jpeg left out: over 6144 KiB with what came before it", bundle["text/plain"])


class TimeTest(unittest.TestCase):
    def test_a_representation_that_hangs_is_left_out(self) -> None:
        def spin() -> None:
            while True:
                pass

        bundle = Bundle("value")
        bundle.offer("text/html", spin, seconds=0.05)
        self.assertEqual(bundle.texts(), {"text/plain": "value (text/html left out: over 0.05 s)"})

    def test_a_repr_that_hangs_is_told_of(self) -> None:
        class Endless:
            def __repr__(self) -> str:
                while True:
                    pass

        with mock.patch.object(descriptions, "REPRESENTATION_SECONDS_MAX", 0.05):
            self.assertEqual(plain(Endless()), "<Endless: its repr took over 0.05 s>")


    def test_a_value_whose_attributes_hang_is_told_as_text(self) -> None:
        class Endless:
            def __repr__(self) -> str:
                return "value"

            @property
            def _repr_html_(self) -> object:
                while True:
                    pass

        with mock.patch.object(representations, "REPRESENTATION_SECONDS_MAX", 0.05):
            self.assertEqual(bundle_of(Endless()), {"text/plain": "value"})


class MimebundleTest(unittest.TestCase):
    def test_goes_before_the_other_methods_and_leaves_them_the_rest(self) -> None:
        value = value_with(mimebundle=({"text/html": "whole", "text/plain": "told"}, {}), html="single", latex="$x$")
        self.assertEqual(bundle_of(value), {"text/plain": "told", "text/html": "whole", "text/latex": "$x$"})

    def test_is_asked_as_notebooks_ask(self) -> None:
        asked = []

        class Value:
            def _repr_mimebundle_(self, include: object, exclude: object) -> dict:
                asked.append((include, exclude))
                return {}

        bundle_of(Value())
        self.assertEqual(asked, [(None, None)])

    def test_leaves_out_names_that_are_no_media_types(self) -> None:
        for name in ("html", "Text/HTML", "text/" + "x" * 81, 5, "a/b\n"):
            self.assertEqual(list(bundle_of(value_with(mimebundle={name: "x"}))), ["text/plain"])

    def test_holds_no_more_representations_than_a_bundle_may(self) -> None:
        value = value_with(mimebundle={f"text/x{n}": "x" for n in range(100)}, html="<b>")
        self.assertEqual(len(bundle_of(value)), MEDIA_TYPES_MAX)

    def test_documents_of_any_json_type_become_json(self) -> None:
        value = value_with(mimebundle={"application/vnd.vega+json": {"a": 1}, "application/json": "text"})
        bundle = bundle_of(value)
        self.assertEqual((bundle["application/vnd.vega+json"], bundle["application/json"]), ('{"a":1}', '"text"'))


class PlotlyTest(unittest.TestCase):
    """With a stand-in for plotly's class: the real one is in the end-to-end tests."""

    def test_a_figure_is_the_json_that_plotly_makes_and_nothing_heavier(self) -> None:
        class BaseFigure:
            def __repr__(self) -> str:
                return "Figure"

            def to_json(self, *, validate: bool) -> str:
                return '{"data":[]}'

            def _repr_html_(self) -> str:
                return "<script>"

        with mock.patch.dict("sys.modules", {"plotly.basedatatypes": mock.Mock(BaseFigure=BaseFigure)}):
            bundle = bundle_of(BaseFigure())
        self.assertEqual(bundle, {"text/plain": "Figure", "application/vnd.plotly.v1+json": '{"data":[]}'})


class DisplayOptionsTest(unittest.TestCase):
    def shown(self, source: str) -> list[dict]:
        return [json.loads(payload) for kind, payload in run_code(source).records if kind == "d"]

    def test_include_and_exclude_choose_but_the_text_stays(self) -> None:
        thing = "class A:\n    def __repr__(self): return 'a'\n    def _repr_html_(self): return 'h'\n"
        thing += "    def _repr_latex_(self): return 'l'\n"
        shown = self.shown(f"{thing}display(A(), include=['text/html'])\ndisplay(A(), exclude=['text/html'])")
        self.assertEqual(
            shown, [{"text/plain": "a", "text/html": "h"}, {"text/plain": "a", "text/latex": "l"}]
        )

    def test_raw_shows_a_dict_by_media_type(self) -> None:
        self.assertEqual(
            self.shown("display({'text/html': '<b>', 'text/plain': 'b'}, raw=True)"),
            [{"text/plain": "b", "text/html": "<b>"}],
        )
        self.assertIn("raw left out: int is no dict", bundle_of_raw(5)["text/plain"])

    def test_takes_the_options_of_notebooks(self) -> None:
        self.assertEqual(self.shown("display(1, metadata={}, clear=True, transient={})"), [{"text/plain": "1"}])


if __name__ == "__main__":
    unittest.main()
