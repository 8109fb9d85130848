"""Pillow's images as PNG, whatever their mode and size."""

import io

from .libraries import is_a
from .shrinking import shrunk

SIDE_PIXELS_MAX = 2_000
_PNG_MODES = frozenset(("1", "L", "LA", "I", "I;16", "P", "RGB", "RGBA"))
_CONVERTED = {"PA": "RGBA", "RGBa": "RGBA", "La": "LA", "F": "L", "I;16B": "I", "I;16L": "I", "I;16N": "I"}


def is_image(value: object) -> bool:
    return is_a(value, "PIL.Image", "Image")


def png(image: object, bytes_max: int) -> bytes:
    """The picture, its longer side at most SIDE_PIXELS_MAX; smaller if it takes more than `bytes_max` otherwise."""
    side_pixels = min(SIDE_PIXELS_MAX, max(image.size))
    return shrunk(lambda scale: _encoded(_scaled(image, side_pixels * scale)), bytes_max)


def _scaled(image: object, side_pixels: float) -> object:
    width, height = image.size
    scale = min(1.0, side_pixels / max(width, height, 1))
    if scale == 1.0:
        return image
    if image.mode in ("1", "P", "PA"):
        image = image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    if image.mode.startswith("I;"):
        image = image.convert("I")
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return image.resize(size, reducing_gap=2.0)


def _encoded(image: object) -> bytes:
    if image.mode not in _PNG_MODES:
        image = image.convert(_CONVERTED.get(image.mode, "RGB"))
    file = io.BytesIO()
    image.save(file, format="PNG")
    return file.getvalue()
