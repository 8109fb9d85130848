"""What a value offers to be looked at: by the notebook world's methods, and by what the runner knows of libraries."""

from collections.abc import Callable
from itertools import islice

from . import images, tables
from .bundle import MEDIA_TYPES_MAX, Bundle, everything
from .contents import PICTURE_RAW_BYTES_MAX, Refused, is_json, is_media_type, json_document
from .descriptions import REPRESENTATION_SECONDS_MAX, plain
from .libraries import is_a
from .text import type_name
from .timebox import TimeUp, within

# In the order in which they get the room.
_METHODS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "application/json": "_repr_json_",
}
_WHOLE = "_repr_mimebundle_"
TABLE = "application/vnd.dataresource+json"
PLOTLY = "application/vnd.plotly.v1+json"


def bundle_of(value: object, wanted: Callable[[str], bool] = everything) -> dict[str, str]:
    """Every representation of `value` that it offers, that is wanted and that fits, as text; pictures in base64."""
    bundle = Bundle(plain(value), wanted)
    # Pillow and plotly offer the same again in heavier ways.
    if images.is_image(value):
        bundle.offer("image/png", lambda: images.png(value, PICTURE_RAW_BYTES_MAX))
    elif is_a(value, "plotly.basedatatypes", "BaseFigure"):
        bundle.offer(PLOTLY, lambda: value.to_json(validate=False))
    else:
        _add_all(bundle, value)
    return bundle.texts()


def bundle_of_raw(value: object, wanted: Callable[[str], bool] = everything) -> dict[str, str]:
    """The bundle of a dict that is one already."""
    bundle = Bundle(plain(value), wanted)
    bundle.attempt("raw", lambda: value, lambda data: _add_bundle(bundle, data))
    return bundle.texts()


def _add_all(bundle: Bundle, value: object) -> None:
    methods = _methods(value)
    if _WHOLE in methods:
        whole = methods[_WHOLE]
        bundle.attempt(_WHOLE, lambda: whole(include=None, exclude=None), lambda data: _add_bundle(bundle, data))
    if tables.is_table(value):
        bundle.offer(TABLE, lambda: tables.resource(value))
    for media_type, name in _METHODS.items():
        if name in methods and media_type not in bundle:
            bundle.offer(media_type, lambda: _data_of(media_type, _without_metadata(methods[name]())))


def _add_bundle(bundle: Bundle, data: object) -> None:
    data = _without_metadata(data)
    if data is None:
        return
    if not issubclass(type(data), dict):
        raise Refused(f"{type_name(data)} is no dict")
    for media_type, content in islice(list(dict.items(data)), MEDIA_TYPES_MAX):
        if is_media_type(media_type):
            bundle.offer(media_type, lambda: _data_of(media_type, content))
        else:
            bundle.leave_out(plain(media_type), "no media type")


def _data_of(media_type: str, data: object) -> object:
    return json_document(data) if is_json(media_type) and data is not None else data


def _without_metadata(data: object) -> object:
    """Methods may give a pair of data and metadata. Bundles carry none."""
    return data[0] if type(data) is tuple and len(data) == 2 else data


def _methods(value: object) -> dict[str, Callable[..., object]]:
    """The methods by which notebooks ask, of those that the value's class has. To look for them can run code, too."""
    try:
        names = (_WHOLE, *_METHODS.values())
        found = within(REPRESENTATION_SECONDS_MAX, lambda: [(name, _method(value, name)) for name in names])
    except TimeUp:
        return {}
    return {name: method for name, method in found if method is not None}


def _method(value: object, name: str) -> Callable[..., object] | None:
    """Objects that make up any attribute would offer everything: what the class does not have is not asked for."""
    try:
        if isinstance(value, type) or getattr(type(value), name, None) is None:
            return None
        method = getattr(value, name)
        return method if callable(method) else None
    except TimeUp:
        raise
    except BaseException:  # noqa: BLE001
        return None
