"""Makes matplotlib's font cache in MPLCONFIGDIR, which is read-only in the sandbox."""

import os
import matplotlib
import matplotlib.font_manager

made = os.listdir(matplotlib.get_cachedir())
if not any(name.startswith("fontlist") for name in made):
    raise SystemExit(f"matplotlib left no font cache in {matplotlib.get_cachedir()}")
