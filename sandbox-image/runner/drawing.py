"""How a figure becomes the bytes of a picture: all that is drawn and no more around it, within a readable size."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from .contents import PICTURE_BYTES_MAX, PICTURE_RAW_BYTES_MAX, Refused
from .shrinking import shrunk

SIDE_PIXELS_MAX = 2_000
# A word that stands hundreds of axes away must not make the figure a dot.
_STRETCH_MAX = 3
_SVG_OPTIONS = {
    # Words stay words: half the size, and they can be searched, read aloud and edited.
    "svg.fonttype": "none",
    # The same figure gives the same text.
    "svg.hashsalt": "figure",
}


class _BoundedFile(io.BytesIO):
    """Ends what writes more than a picture may be, before it is held in memory."""

    def write(self, data: bytes) -> int:
        if self.tell() + len(data) > PICTURE_BYTES_MAX:
            raise Refused(f"over {PICTURE_BYTES_MAX // 1024} KiB")
        return super().write(data)


def pixels(figure: object, picture_format: str = "png") -> bytes:
    """The figure in its box, as PNG or another format of matplotlib's; where a side would be longer than SIDE_PIXELS_MAX,
    with fewer dots per inch."""
    box = _box(figure)
    dpi = min(_asked_dpi(figure), _dpi_max(box))
    return shrunk(lambda scale: _saved(figure, picture_format, box, dpi * scale), PICTURE_RAW_BYTES_MAX)


def svg(figure: object) -> str:
    """The figure in its box. Raises Refused if it is too large."""
    file = _BoundedFile()
    box = _box(figure)
    with sys.modules["matplotlib"].rc_context(_SVG_OPTIONS):
        figure.savefig(file, format="svg", bbox_inches=box, metadata={"Date": None})
    return file.getvalue().decode()


def pdf(figure: object) -> bytes:
    """The figure in its box, as a page of that size; dots are only those of pictures in it."""
    box = _box(figure)
    return _saved(figure, "pdf", box, min(_asked_dpi(figure), _dpi_max(box)))


def _saved(figure: object, picture_format: str, box: object, dpi: float) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format=picture_format, dpi=dpi, bbox_inches=box)
    return file.getvalue()


def _asked_dpi(figure: object) -> float:
    asked = sys.modules["matplotlib"].rcParams["savefig.dpi"]
    return figure.dpi if asked == "figure" else asked


def _dpi_max(box: object) -> float:
    return SIDE_PIXELS_MAX / max(box.width, box.height)


def _box(figure: object) -> object:
    """In inches: what `bbox_inches="tight"` takes, unless that is mostly the way to something far outside."""
    with _dpi_for_layout(figure):
        figure.draw_without_rendering()
        box = figure.get_tightbbox()
    whole = figure.bbox_inches
    if box.width > _STRETCH_MAX * whole.width or box.height > _STRETCH_MAX * whole.height:
        return whole
    return box.padded(sys.modules["matplotlib"].rcParams["savefig.pad_inches"])


@contextmanager
def _dpi_for_layout(figure: object) -> Iterator[None]:
    """Lays out with no more dots than the picture will have: the canvas of a huge figure would take all memory."""
    before = figure.dpi
    figure.dpi = min(_asked_dpi(figure), _dpi_max(figure.bbox_inches))
    try:
        yield
    finally:
        figure.dpi = before
