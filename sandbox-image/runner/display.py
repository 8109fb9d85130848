"""Values as mime bundles: hostile objects cannot break out, only be described badly."""

import base64
from collections.abc import Callable

from .records import RecordWriter
from .text import exact, json_bytes, storable, type_name

REPRESENTATION_BYTES_MAX = 1024 * 1024
# A picture may take more of the room for outputs; a bigger one is named in text only.
PICTURE_BYTES_MAX = 4 * 1024 * 1024
# All representations of one value together; what comes later in the order below is left out.
BUNDLE_BYTES_MAX = 6 * 1024 * 1024

# The notebook world's methods. text/plain is always there.
_TEXT_METHODS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
    "image/svg+xml": "_repr_svg_",
}
_PICTURE_METHODS = {"image/png": "_repr_png_", "image/jpeg": "_repr_jpeg_"}


def bundle_of(value: object) -> dict[str, str]:
    """Every representation of `value` that it offers and that fits, as text; pictures in base64."""
    bundle = {"text/plain": plain(value)}
    for media_type, method in _TEXT_METHODS.items():
        text = _text_or_none(_call(value, method))
        if text is not None and len(text) <= REPRESENTATION_BYTES_MAX:
            text = storable(text)
            size = len(text.encode())
            if size <= min(REPRESENTATION_BYTES_MAX, _room(bundle)):
                bundle[media_type] = text
    for media_type, method in _PICTURE_METHODS.items():
        add_picture(bundle, media_type, _call(value, method))
    return bundle


def add_picture(bundle: dict[str, str], media_type: str, data: object) -> None:
    """Adds a picture of bytes, or of base64 text, if it is one and fits."""
    is_binary = issubclass(type(data), (bytes, bytearray))
    text = base64.b64encode(data).decode() if is_binary else _text_or_none(data)
    if text is not None and text.isascii() and len(text) <= min(PICTURE_BYTES_MAX, _room(bundle)):
        bundle[media_type] = text
    elif data is not None:
        bundle["text/plain"] += f" ({media_type} left out: over {PICTURE_BYTES_MAX // 1024} KiB)"


def _room(bundle: dict[str, str]) -> int:
    return BUNDLE_BYTES_MAX - sum(len(text.encode()) for text in bundle.values())


def plain(value: object) -> str:
    """`repr(value)`, cut to the limit; if that fails, text that says so."""
    try:
        text = exact(repr(value))
    except BaseException as error:  # noqa: BLE001 - SystemExit and the like out of a __repr__
        return f"<{type_name(value)}: its repr raised {type_name(error)}>"
    if len(text) > REPRESENTATION_BYTES_MAX // 4:
        data = storable(text[:REPRESENTATION_BYTES_MAX]).encode()
        if len(data) > REPRESENTATION_BYTES_MAX or len(text) > REPRESENTATION_BYTES_MAX:
            note = "… [cut]"
            return data[: REPRESENTATION_BYTES_MAX - len(note.encode())].decode(errors="ignore") + note
    return storable(text)


def write_bundle(writer: RecordWriter, kind: bytes, bundle: dict[str, str]) -> None:
    """One `v` or `d` record."""
    writer.record(kind, json_bytes(bundle))


def make_display(writer: RecordWriter) -> Callable[..., None]:
    """The builtin `display`."""

    def display(*values: object, **_options: object) -> None:
        """Shows values as notebooks do: tables as HTML, figures as pictures."""
        from . import figures

        for value in values:
            bundle = figures.bundle_of_figure(value)
            if bundle:
                figures.note_displayed(value)
            write_bundle(writer, b"d", bundle or bundle_of(value))

    return display


def _call(value: object, method: str) -> object:
    """What the method gives; None if there is none, or it fails, or `value` is a class."""
    try:
        # On the type, as objects that make up any attribute would offer everything.
        if isinstance(value, type) or getattr(type(value), method, None) is None:
            return None
        return getattr(value, method)()
    except BaseException:  # noqa: BLE001
        return None


def _text_or_none(value: object) -> str | None:
    try:
        return exact(value)
    except TypeError:
        return None
