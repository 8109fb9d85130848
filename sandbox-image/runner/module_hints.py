"""Hints about modules that are not in the sandbox: what does the same, or what the name should have been."""

import difflib
import os
import sys

from .sight import Sight

NO_INSTALLING = (
    "packages cannot be installed, as the sandbox has no network. Use the standard library and what is there: "
    "importlib.metadata.distributions() lists it."
)
_NO_DISPLAY = (
    "The sandbox has no display and opens no windows. Leave the backend as it is: plt.show() shows figures, and "
    "display(value) shows pictures and tables."
)
_NO_NETWORK_MODULE = "The sandbox has no network, so {name} is not there: put data into the code or send it as stdin."

_WINDOWS = {"tkinter", "_tkinter", "turtle", "pygame", "wx", "gi", "PyQt5", "PyQt6", "PySide2", "PySide6"}
_FOR_NETWORK = set(
    "aiohttp anthropic boto3 botocore feedparser google httplib2 httpx huggingface_hub kaggle openai pandas_datareader "
    "paramiko playwright praw requests requests_html scrapy selenium tweepy urllib3 websocket websockets wget yfinance"
    .split()
)
# Names of distributions, and what they are imported as.
_IMPORTED_AS = {
    "attrs": "attr",
    "beautifulsoup4": "bs4",
    "odfpy": "odf",
    "pillow": "PIL",
    "pil": "PIL",
    "python_dateutil": "dateutil",
    "python_docx": "docx",
    "python_pptx": "pptx",
    "pyyaml": "yaml",
    "scikit_image": "skimage",
    "scikit_learn": "sklearn",
    "z3_solver": "z3",
}
# What does much the same, as far as it is in the image: the best first.
_INSTEAD = {
    "PyPDF2 PyPDF4 fitz pdfplumber pdfminer pymupdf": "pypdf",
    "altair bokeh holoviews pygal": "plotly matplotlib",
    "catboost lightgbm tensorflow torch xgboost keras": "sklearn",
    "cupy jax numba numexpr": "numpy",
    "cv2 imageio opencv": "skimage PIL",
    "cvxpy gurobipy ortools pyomo": "pulp scipy",
    "dask datatable duckdb modin polars pyspark vaex": "pandas",
    "docx": "odf",
    "fpdf fpdf2 weasyprint": "reportlab",
    "graphviz igraph pydot pygraphviz": "networkx",
    "h5py netCDF4 tables zarr": "numpy",
    "hyperopt optuna skopt": "scipy",
    "msgpack orjson simplejson ujson": "json",
    "mysql psycopg psycopg2 pymongo pymysql pyodbc redis sqlalchemy": "sqlite3",
    "nltk spacy textblob gensim": "sklearn re",
    "plotly": "matplotlib",
    "pyarrow fastparquet": "pandas",
    "pymc pystan": "statsmodels scipy",
    "simplejson rapidjson": "json",
    "skimage": "PIL scipy",
    "xlwt pyexcel": "openpyxl xlsxwriter",
}
_NEAR = 0.75


def quoted(text: str) -> str:
    """The text as a Python string; a long one is cut."""
    return repr(text if len(text) <= 80 else f"{text[:79]}…")


def display_backend(sight: Sight) -> str | None:
    """Windows: their toolkits, and matplotlib's backends for them."""
    if not sight.is_a(ImportError):
        return None
    is_backend = sight.came_through("/matplotlib/pyplot.py") and "backend" in " ".join(sight.library_files)
    return _NO_DISPLAY if sight.name.partition(".")[0] in _WINDOWS or is_backend else None


def missing_module(sight: Sight) -> str | None:
    name = sight.name.partition(".")[0]
    if not sight.is_a(ModuleNotFoundError) or not name:
        return None
    there = _importable()
    if name in there:
        return None
    if name in ("pip", "conda", "ensurepip", "micropip"):
        return f"There is no {name}: {NO_INSTALLING}"
    if name in _FOR_NETWORK:
        return _NO_NETWORK_MODULE.format(name=quoted(name))
    return f"The sandbox has no module {quoted(name)}, and none can be installed. {_advice(name, there)}"


def _advice(name: str, there: set[str]) -> str:
    imported_as = _IMPORTED_AS.get(name.lower().replace("-", "_"))
    if imported_as in there:
        return f"That package is there as {imported_as}: write `import {imported_as}`."
    instead = [other for names, others in _INSTEAD.items() if name in names.split() for other in others.split()]
    usable = [other for other in instead if other in there]
    if usable:
        return f"Use {' or '.join(usable)} instead."
    near = difflib.get_close_matches(name[:80], sorted(there), n=3, cutoff=_NEAR)
    near.sort(key=lambda module: module in sys.stdlib_module_names)  # packages first: they are what people import
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return "Use the standard library or a package that is there; a module of your own must be part of the code."


def _importable() -> set[str]:
    """The public names at the top level that can be imported: the standard library and the packages."""
    found = {name for name in sys.stdlib_module_names if name not in _WINDOWS}
    for directory in sys.path:
        if type(directory) is str and directory.endswith("-packages") and os.path.isdir(directory):
            found.update(entry.partition(".")[0] for entry in os.listdir(directory) if not entry.endswith("-info"))
    return {name for name in found if name.isidentifier() and not name.startswith("_")}
