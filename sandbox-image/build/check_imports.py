"""Imports every package and uses what a library pruned by mistake would break, so that the build fails and no execution.

A package that cannot live in a sandbox says so on stderr when it is imported: that fails the build, too.
"""

import importlib
import io
import os
import sys
import zoneinfo

STANDARD_LIBRARY = "asyncio bz2 ctypes curses decimal hashlib lzma multiprocessing readline sqlite3 ssl uuid zlib"
PACKAGES = """
    numpy pandas bottleneck numexpr numba scipy sklearn xgboost statsmodels.api patsy sympy mpmath gmpy2 networkx xarray
    opt_einsum einops uncertainties pint pywt z3 pulp highspy
    matplotlib.pyplot mpl_toolkits.mplot3d matplotlib_venn seaborn plotly.express plotly.graph_objects altair PIL.Image
    skimage imageio tifffile wordcloud qrcode zbar svgwrite svglib.svglib cairosvg
    shapely pyproj geopandas pyogrio fiona rasterio affine shapefile folium geopy.distance geographiclib trimesh
    h5py h5netcdf netCDF4 tables google.protobuf msgpack cbor2 zstandard lz4.frame brotli zopfli soundfile mutagen
    openpyxl xlsxwriter xlrd xlwt odf.opendocument docx ebooklib striprtf olefile reportlab.pdfgen.canvas fpdf pypdf
    pdfminer.high_level pikepdf img2pdf pylatex weasyprint
    lxml.etree lxml.html bs4 html5lib cssselect bleach defusedxml xmltodict jinja2 markdown markdown2 mistune pygments
    docutils.core yaml toml tomli tomlkit orjson ujson json5 jsonpickle jsonschema fastjsonschema rdflib tabulate regex
    nltk lark pyparsing sqlparse rapidfuzz Levenshtein fuzzywuzzy.fuzz jellyfish textdistance unidecode text_unidecode
    chardet charset_normalizer wcwidth
    dateutil pytz tzlocal isodate exchange_calendars holidays pycountry babel
    tqdm joblib threadpoolctl dill cloudpickle attr attrs pydantic email_validator typing_extensions more_itertools
    sortedcontainers toolz cachetools anytree munch wrapt decorator tenacity semver packaging six click psutil cffi
    cryptography.fernet Cryptodome.Cipher.AES nacl.secret pytest
"""
PARTS = """
    numpy.random pandas.plotting scipy.cluster scipy.integrate scipy.interpolate scipy.io scipy.linalg scipy.ndimage
    scipy.optimize scipy.signal scipy.sparse scipy.spatial scipy.special scipy.stats skimage.filters skimage.measure
    skimage.morphology skimage.segmentation sklearn.cluster sklearn.datasets sklearn.ensemble sklearn.linear_model
    sklearn.model_selection sklearn.pipeline sklearn.svm statsmodels.formula.api statsmodels.tsa.api
"""


def said(modules: str) -> str:
    """What importing them prints on the descriptor of stderr."""
    kept, file = os.dup(2), os.memfd_create("stderr")
    os.dup2(file, 2)
    try:
        for name in modules.split():
            importlib.import_module(name)
    finally:
        os.dup2(kept, 2)
    text = os.pread(file, 4096, 0).decode()
    os.close(file)
    return text


for modules in (STANDARD_LIBRARY, PACKAGES, PARTS):
    words = said(modules)
    if words:
        raise SystemExit(f"an import says:\n{words}")

pyplot = sys.modules["matplotlib.pyplot"]
numpy = sys.modules["numpy"]
zoneinfo.ZoneInfo("Europe/Berlin")
pyplot.plot([1, 2, 3])
for kind in ("png", "svg", "pdf"):
    pyplot.savefig(io.BytesIO(), format=kind)
assert numpy.allclose(numpy.linalg.inv(numpy.eye(3)), numpy.eye(3))
