"""Chooses the zygote for a code block by the packages it names. Pure; a wrong guess costs only an import."""

import re

BARE = "bare"
SCIENTIFIC = "scientific"
KINDS = (BARE, SCIENTIFIC)

# What is ready in a scientific child: numpy, pandas, matplotlib, and what is built on them.
# Plain words, no backtracking: the code is hostile and this runs in the supervisor.
_SCIENTIFIC_WORD = re.compile(
    r"\b(?:numpy|pandas|matplotlib|matplotlib_venn|pylab|mpl_toolkits|scipy|sklearn|seaborn|statsmodels|patsy|openpyxl"
    r"|bottleneck|numexpr|numba|xgboost|xarray|h5py|h5netcdf|netCDF4|pywt|opt_einsum|uncertainties|pint|pulp|highspy"
    r"|skimage|imageio|tifffile|plotly|altair|wordcloud|shapely|geopandas|pyogrio|rasterio|folium|trimesh|nltk"
    r"|exchange_calendars)\b"
)


def zygote_for(code: str) -> str:
    """The kind of zygote whose children have imported most of what `code` needs."""
    return SCIENTIFIC if "import" in code and _SCIENTIFIC_WORD.search(code) else BARE
