"""matplotlib's figures as pictures. matplotlib is never imported here: without it there are no figures.

The packaged matplotlib calls `show_open` and `show_figure` for `plt.show()` and `figure.show()`.
"""

import sys
import weakref
from collections.abc import Container

from . import drawing
from .bundle import Bundle, write_bundle
from .contents import Refused
from .descriptions import plain
from .libraries import is_a
from .records import RecordWriter

# Of a run: code can make figures much faster than they can be drawn, and drawing this many takes some seconds.
FIGURES_MAX = 100
# Of one figure, in each format.
DRAWING_SECONDS_MAX = 10.0
FORMATS = {"png": "image/png", "svg": "image/svg+xml"}

_writers: list[RecordWriter] = []
_displayed: weakref.WeakSet = weakref.WeakSet()
_state = {"format": "png", "drawn": 0}


def use_writer(writer: RecordWriter) -> None:
    """Where pictures go."""
    _writers[:] = [writer]


def use_format(name: str) -> None:
    """What figures become from here on: `png` or `svg`. Raises ValueError for anything else."""
    if name not in FORMATS:
        raise ValueError(f"the format of figures is png or svg, not {name!r}")
    _state["format"] = name


def bundle_of_figure(value: object) -> dict[str, str] | None:
    """The picture of a figure; None if `value` is no figure. A figure that cannot be drawn is told in text."""
    if not is_a(value, "matplotlib.figure", "Figure"):
        return None
    bundle = Bundle(plain(value))
    name = _state["format"]
    _state["drawn"] += 1
    bundle.offer(FORMATS[name], lambda: _drawn(value, name), DRAWING_SECONDS_MAX)
    if name == "svg" and FORMATS["svg"] not in bundle and _state["drawn"] <= FIGURES_MAX:
        bundle.offer(FORMATS["png"], lambda: _drawn(value, "png"), DRAWING_SECONDS_MAX)
    return bundle.texts()


def _drawn(figure: object, name: str) -> object:
    if _state["drawn"] > FIGURES_MAX:
        raise Refused(f"over {FIGURES_MAX} figures")
    return drawing.svg(figure) if name == "svg" else drawing.pixels(figure)


def note_displayed(figure: object) -> None:
    """Keeps a figure that `display` has shown open, but not shown again at the end."""
    _displayed.add(figure)


def show_figure(figure: object) -> None:
    """Displays one figure and closes it."""
    bundle = bundle_of_figure(figure)
    if bundle and _writers:
        write_bundle(_writers[0], b"d", bundle)
    close(figure)


def show_rest() -> None:
    """At the end: every open figure that was not displayed yet."""
    show_open(but=_displayed)


def show_open(*, but: Container[object] = ()) -> None:
    """Displays the open figures, in the order they were made, and closes them."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    if helpers is None:
        return
    for manager in helpers.Gcf.get_all_fig_managers():
        if manager.canvas.figure not in but:
            show_figure(manager.canvas.figure)
        helpers.Gcf.destroy(manager)


def close(figure: object) -> None:
    """Forgets a figure that was shown, so that it is not shown again at the end."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    if helpers is not None:
        helpers.Gcf.destroy_fig(figure)
