"""matplotlib's figures as pictures. matplotlib is never imported here: without it there are no figures.

The packaged matplotlib calls `show_open` and `show_figure` for `plt.show()` and `figure.show()`.
"""

import io
import sys
import weakref
from collections.abc import Container

from .display import add_picture, plain, write_bundle
from .records import RecordWriter
from .text import type_name

_writers: list[RecordWriter] = []
_displayed: weakref.WeakSet = weakref.WeakSet()


def use_writer(writer: RecordWriter) -> None:
    """Where pictures go."""
    _writers[:] = [writer]


def bundle_of_figure(value: object) -> dict[str, str] | None:
    """The picture of a figure; None if `value` is no figure. A figure that cannot be drawn is told in text."""
    figure_type = getattr(sys.modules.get("matplotlib.figure"), "Figure", None)
    if figure_type is None or not issubclass(type(value), figure_type):
        return None
    bundle = {"text/plain": plain(value)}
    try:
        picture = io.BytesIO()
        value.savefig(picture, format="png", bbox_inches="tight")
    except BaseException as error:  # noqa: BLE001 - a figure is as hostile as the code that made it
        bundle["text/plain"] += f" (it could not be drawn: {type_name(error)}: {plain(error)})"
    else:
        add_picture(bundle, "image/png", picture.getvalue())
    return bundle


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
