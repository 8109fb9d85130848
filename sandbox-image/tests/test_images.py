import io
import random
import unittest

import support  # noqa: F401 - the path to the runner
from runner import images
from runner.representations import bundle_of

try:
    from PIL import Image
except ModuleNotFoundError:  # not in every Python that runs these tests; in the image it is
    Image = None

MODES = "1 L LA La P PA RGB RGBA RGBa RGBX CMYK YCbCr HSV I I;16 I;16B F".split()
BYTES_MAX = 1024 * 1024


@unittest.skipUnless(Image, "needs Pillow")
class ImageTest(unittest.TestCase):
    def png(self, image: object, bytes_max: int = BYTES_MAX) -> object:
        return Image.open(io.BytesIO(images.png(image, bytes_max)))

    def test_pictures_of_every_mode_are_png(self) -> None:
        for mode in MODES:
            shown = self.png(Image.new(mode, (3, 2)))
            self.assertEqual((shown.format, shown.size), ("PNG", (3, 2)), mode)

    def test_pictures_of_every_mode_are_scaled(self) -> None:
        for mode in MODES:
            self.assertEqual(self.png(Image.new(mode, (4_000, 2))).size, (2_000, 1), mode)

    def test_keeps_what_is_transparent(self) -> None:
        image = Image.new("P", (4_000, 2))
        image.info["transparency"] = 0
        self.assertEqual(self.png(image).mode, "RGBA")

    def test_takes_pixels_away_until_the_bytes_fit(self) -> None:
        noise = Image.frombytes("RGB", (600, 600), random.Random(1).randbytes(600 * 600 * 3))
        shown = self.png(noise, bytes_max=300_000)
        self.assertLess(shown.width, 600)
        self.assertLessEqual(len(images.png(noise, 300_000)), 300_000)

    def test_is_shown_as_png_alone(self) -> None:
        self.assertEqual(list(bundle_of(Image.new("RGB", (3, 2)))), ["text/plain", "image/png"])


if __name__ == "__main__":
    unittest.main()
