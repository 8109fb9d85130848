"""The bytes of what is to become a file. Libraries are never imported here: what was not imported has no values."""

import io
from collections.abc import Callable

from . import drawing
from .contents import Refused
from .images import is_image
from .libraries import is_a
from .tables import is_table
from .text import exact, type_name

_IMAGE_FORMATS = {
    "": "PNG",
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".gif": "GIF",
    ".webp": "WEBP",
    ".bmp": "BMP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".pdf": "PDF",
}
_JPEG_MODES = frozenset(("1", "L", "RGB", "CMYK"))


def content_of(data: object, suffix: str) -> tuple[bytes, str]:
    """The content, and the suffix that says what it is where the name has none.

    suffix: of the file's name, in lower case with its dot. Raises TypeError for what is no file's content, ValueError
    for what cannot be written under such a name.
    """
    kind = type(data)
    if issubclass(kind, (bytes, bytearray, memoryview)):
        return memoryview(data).tobytes(), ""
    if issubclass(kind, str):
        return _utf8(exact(data)), ".txt"
    if is_table(data):
        return _chosen(_TABLE_WRITERS, suffix, kind)(data), ".csv"
    if is_a(data, "matplotlib.figure", "Figure"):
        return _chosen(_FIGURE_WRITERS, suffix, kind)(data), ".png"
    if is_image(data):
        return _image(data, _chosen(_IMAGE_FORMATS, suffix, kind)), ".png"
    if _is_file(data):
        return _whole(data)
    raise TypeError(
        f"attach: a {type_name(data)} is no content of a file; it can be bytes, str, a file object, a DataFrame or "
        "Series, a matplotlib figure or a Pillow image. Save other things into an io.BytesIO() and attach that"
    )


def _chosen(by_suffix: dict, suffix: str, kind: type) -> object:
    """What belongs to the suffix; of a name without one, what belongs to "". """
    if suffix not in by_suffix:
        known = ", ".join(name for name in by_suffix if name)
        raise ValueError(
            f"attach: a {kind.__name__} can be written as {known}, not as {suffix}; for others save it into an io.BytesIO() "
            "and attach that"
        )
    return by_suffix[suffix]


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ValueError("attach: the text has lone surrogates, which UTF-8 cannot hold; attach bytes") from None


def _is_file(data: object) -> bool:
    # A zip file reads its members, not itself.
    return callable(getattr(data, "read", None)) and not is_a(data, "zipfile", "ZipFile") and not isinstance(data, type)


def _whole(file: object) -> tuple[bytes, str]:
    """All of a file object, wherever it stands: what was just written stands at its end."""
    if callable(getattr(file, "getvalue", None)):
        content = file.getvalue()
    else:
        if callable(getattr(file, "seekable", None)) and file.seekable():
            file.seek(0)
        content = file.read()
    if issubclass(type(content), str):
        return _utf8(exact(content)), ".txt"
    if not issubclass(type(content), (bytes, bytearray, memoryview)):
        raise TypeError(f"attach: the file object gave {type_name(content)}, neither bytes nor str")
    return memoryview(content).tobytes(), ""


def _has_plain_index(table: object) -> bool:
    """Whether the index only counts the rows, as pandas makes it where nobody asked for another."""
    index = table.index
    return is_a(index, "pandas", "RangeIndex") and index.start == 0 and index.step == 1 and index.name is None


def _separated(table: object, separator: str) -> bytes:
    return _utf8(table.to_csv(sep=separator, index=not _has_plain_index(table)))


def _json(table: object) -> bytes:
    is_frame = is_a(table, "pandas", "DataFrame")
    orient = ("records" if is_frame else "values") if _has_plain_index(table) else "split"
    return table.to_json(orient=orient, force_ascii=False, date_format="iso").encode()


def _workbook(table: object) -> bytes:
    file = io.BytesIO()
    table.to_excel(file, index=not _has_plain_index(table))
    return file.getvalue()


_TABLE_WRITERS: dict[str, Callable[[object], bytes]] = {
    "": lambda table: _separated(table, ","),
    ".csv": lambda table: _separated(table, ","),
    ".txt": lambda table: _separated(table, ","),
    ".tsv": lambda table: _separated(table, "\t"),
    ".json": _json,
    ".xlsx": _workbook,
}


def _svg(figure: object) -> bytes:
    try:
        return _utf8(drawing.svg(figure))
    except Refused as error:
        raise ValueError(f"attach: as SVG the figure has {error}; attach it as .png or .pdf") from None


_FIGURE_WRITERS: dict[str, Callable[[object], bytes]] = {
    "": drawing.pixels,
    ".png": drawing.pixels,
    ".svg": _svg,
    ".pdf": drawing.pdf,
    ".jpg": lambda figure: drawing.pixels(figure, "jpeg"),
    ".jpeg": lambda figure: drawing.pixels(figure, "jpeg"),
}


def _image(image: object, picture_format: str) -> bytes:
    if picture_format == "JPEG" and image.mode not in _JPEG_MODES:
        image = image.convert("RGB")
    file = io.BytesIO()
    image.save(file, format=picture_format)
    return file.getvalue()
