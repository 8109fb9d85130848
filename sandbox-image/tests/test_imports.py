import time
import unittest

import support  # noqa: F401
from runner.imports import BARE, SCIENTIFIC, zygote_for


class ZygoteForTest(unittest.TestCase):
    def test_chooses_the_scientific_zygote_by_the_imports(self) -> None:
        for code in (
            "import numpy as np",
            "import os, pandas",
            "from matplotlib import pyplot as plt",
            "x = 1; from scipy.stats import norm",
            "def f():\n    import seaborn",
            "importlib.import_module('sklearn.linear_model')",
            "import plotly.express as px",
            "from skimage import filters",
            "import xarray as xr",
        ):
            self.assertEqual(zygote_for(code), SCIENTIFIC, code)

    def test_chooses_the_bare_zygote_for_everything_else(self) -> None:
        for code in ("", "print(1)", "import json", "import mynumpyish", "numpy = 1", "import sympy"):
            self.assertEqual(zygote_for(code), BARE, code)

    def test_takes_linear_time_on_hostile_code(self) -> None:
        started = time.monotonic()
        for code in ("import " * 40_000, "import nump" * 25_000, "from " + "a." * 130_000):
            self.assertEqual(zygote_for(code), BARE)
        self.assertLess(time.monotonic() - started, 1)


if __name__ == "__main__":
    unittest.main()
