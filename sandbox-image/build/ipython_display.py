"""A stand-in for IPython's display module, put into the image as `IPython.display`.

Its objects give one representation each; the runner's builtin `display` does the rest.
"""

import builtins
import os

__all__ = [
    "HTML",
    "JSON",
    "SVG",
    "DisplayHandle",
    "DisplayObject",
    "Image",
    "Latex",
    "Markdown",
    "Math",
    "Pretty",
    "TextDisplayObject",
    "clear_output",
    "display",
    "display_html",
    "display_jpeg",
    "display_json",
    "display_latex",
    "display_markdown",
    "display_png",
    "display_pretty",
    "display_svg",
    "update_display",
]

_NO_NETWORK = (
    "{name}(url=...) cannot load anything: the sandbox has no network. Give the data itself, as in {name}(data=...)."
)
_NO_FILE = (
    "{name} cannot read {path!r}: nothing is stored in the sandbox. Give the data itself, as in {name}(data=...); "
    "pictures of figures show with display(figure) or plt.show()."
)
_PICTURE_STARTS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}
_PICTURE_FORMATS = {"jpg": "image/jpeg"} | {name: f"image/{name}" for name in ("png", "jpeg", "gif", "webp")}


def display(*objects, display_id=None, **options):
    """Shows objects. With `display_id` a handle comes back."""
    show = getattr(builtins, "display", print)
    show(*objects, **options)
    return DisplayHandle(display_id if isinstance(display_id, str) else None) if display_id else None


def update_display(obj, *, display_id, **options):
    """Shows the object after what is there: outputs are never changed."""
    display(obj, **options)


def clear_output(wait=False):
    """Does nothing: outputs are never taken back."""


class DisplayHandle:
    """What `display(..., display_id=True)` gives: shows again, after what is there."""

    def __init__(self, display_id=None):
        self.display_id = display_id or os.urandom(16).hex()

    def display(self, obj, **options):
        display(obj, **options)

    def update(self, obj, **options):
        update_display(obj, display_id=self.display_id, **options)


class DisplayObject:
    """Data with one media type. It comes as `data`, or from a file that can be read."""

    _media_type = None
    _is_binary = False

    def __init__(self, data=None, url=None, filename=None, metadata=None):
        if isinstance(data, os.PathLike):
            data, filename = None, os.fspath(data)
        if url is None and filename is None and isinstance(data, str) and data.startswith(("http:", "https:")):
            url = data
        if url is not None:
            raise ValueError(_NO_NETWORK.format(name=type(self).__name__))
        self.data = data if filename is None else self._read(filename)
        self.url, self.filename, self.metadata = None, filename, metadata or {}
        self._check_data()

    def _read(self, filename):
        try:
            with open(filename, "rb" if self._is_binary else "r") as file:
                return file.read()
        except OSError as error:
            message = _NO_FILE.format(name=type(self).__name__, path=filename)
            raise type(error)(error.errno, message) from error

    def _check_data(self):
        if self.data is not None and not isinstance(self.data, str):
            raise TypeError(f"{type(self).__name__} expects text, not {type(self.data).__name__}")

    def _bundled(self):
        return self.data

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {} if self._media_type is None or self.data is None else {self._media_type: self._bundled()}

    def __repr__(self):
        return f"<IPython.display.{type(self).__name__} object>"


class TextDisplayObject(DisplayObject):
    """Text."""


class Pretty(TextDisplayObject):
    """Plain text, shown as it is."""

    _media_type = "text/plain"


class HTML(TextDisplayObject):
    _media_type = "text/html"

    def __html__(self):
        return self.data


class Markdown(TextDisplayObject):
    _media_type = "text/markdown"


class Latex(TextDisplayObject):
    _media_type = "text/latex"


class Math(TextDisplayObject):
    """LaTeX without its dollar signs."""

    _media_type = "text/latex"

    def _bundled(self):
        return f"$\\displaystyle {self.data.strip('$')}$"


class SVG(DisplayObject):
    _media_type = "image/svg+xml"


class JSON(DisplayObject):
    """A structure that JSON can say: dicts, lists and what is in them."""

    _media_type = "application/json"

    def __init__(self, data=None, url=None, filename=None, expanded=False, metadata=None, root="root", **options):
        super().__init__(data, url, filename, metadata)

    def _check_data(self):
        if isinstance(self.data, str):
            import json

            self.data = json.loads(self.data)
        if not isinstance(self.data, (dict, list, tuple, type(None))):
            raise TypeError(f"JSON expects a dict, a list or JSON text, not {type(self.data).__name__}")


class Image(DisplayObject):
    """A picture: its bytes, in PNG, JPEG, GIF or WebP. Sizes are taken and ignored."""

    _is_binary = True

    def __init__(self, data=None, url=None, filename=None, format=None, embed=None, width=None, height=None,
                 retina=False, unconfined=False, metadata=None, alt=None):
        self._format = format
        if isinstance(data, str) and not data.startswith(("http:", "https:")):
            data, filename = None, data
        super().__init__(data, url, filename, metadata)
        self.width, self.height, self.alt = width, height, alt

    def _check_data(self):
        if not isinstance(self.data, (bytes, bytearray, memoryview)):
            raise TypeError(f"Image expects the bytes of a picture, not {type(self.data).__name__}")
        data = bytes(self.data[:16])
        found = next((name for start, name in _PICTURE_STARTS.items() if data.startswith(start)), None)
        self._media_type = found or _PICTURE_FORMATS.get(str(self._format).lower())
        if self._media_type is None:
            raise ValueError("Image expects PNG, JPEG, GIF or WebP; show an SVG with IPython.display.SVG")


def _only(media_type):
    def show(*objects, **options):
        display(*objects, include=["text/plain", media_type], **options)

    return show


display_html = _only("text/html")
display_jpeg = _only("image/jpeg")
display_json = _only("application/json")
display_latex = _only("text/latex")
display_markdown = _only("text/markdown")
display_png = _only("image/png")
display_pretty = _only("text/plain")
display_svg = _only("image/svg+xml")
