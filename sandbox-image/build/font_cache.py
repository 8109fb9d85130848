"""Makes the font caches of matplotlib (in MPLCONFIGDIR) and fontconfig, which are read-only in the sandbox."""

import ctypes
import os

import matplotlib
import matplotlib.font_manager

made = os.listdir(matplotlib.get_cachedir())
if not any(name.startswith("fontlist") for name in made):
    raise SystemExit(f"matplotlib left no font cache in {matplotlib.get_cachedir()}")

# A cache counts while the times of its directories are the same, and images keep whole seconds.
for folder, _, _ in os.walk("/usr/share/fonts"):
    seconds = int(os.stat(folder).st_mtime)
    os.utime(folder, (seconds, seconds))
fontconfig = ctypes.CDLL("libfontconfig.so.1")
if not fontconfig.FcInit() or not os.listdir("/var/cache/fontconfig"):
    raise SystemExit("fontconfig left no font cache in /var/cache/fontconfig")
