"""Imports what people use most, so that a library pruned by mistake fails the build and not an execution."""

import importlib
import io
import zoneinfo

for name in """
    asyncio bz2 ctypes curses decimal hashlib lzma multiprocessing readline sqlite3 ssl uuid zlib
    bs4 dateutil html5lib lxml.etree lxml.html networkx openpyxl PIL.Image pytz sympy tabulate xlsxwriter yaml
    scipy.cluster scipy.integrate scipy.interpolate scipy.io scipy.linalg scipy.ndimage scipy.optimize scipy.signal
    scipy.sparse scipy.spatial scipy.special scipy.stats
    seaborn sklearn.cluster sklearn.datasets sklearn.ensemble sklearn.linear_model sklearn.pipeline
    statsmodels.api statsmodels.formula.api pandas
""".split():
    importlib.import_module(name)

import matplotlib.pyplot
import numpy

zoneinfo.ZoneInfo("Europe/Berlin")
matplotlib.pyplot.plot([1, 2, 3])
matplotlib.pyplot.savefig(io.BytesIO(), format="png")
matplotlib.pyplot.savefig(io.BytesIO(), format="svg")
matplotlib.pyplot.savefig(io.BytesIO(), format="pdf")
assert numpy.allclose(numpy.linalg.inv(numpy.eye(3)), numpy.eye(3))
