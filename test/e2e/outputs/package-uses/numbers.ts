/** Packages that compute, each with a use of it: Debian's name without `python3-`, code, and what it prints. */
import type { PackageUse } from './package-use.ts';

export const ARRAYS: readonly PackageUse[] = [
  ['numpy', 'import numpy as np\nprint(np.linalg.solve(np.array([[2.0, 0], [0, 4]]), [2, 8]))', '[1. 2.]'],
  [
    'pandas',
    'import pandas as pd\nprint(pd.DataFrame({"k": [1, 1, 2], "v": [1, 2, 3]}).groupby("k").v.sum().to_dict())',
    '{1: 3, 2: 3}',
  ],
  ['bottleneck', 'import bottleneck\nprint(bottleneck.nanmean(np.array([1, np.nan, 3])))', '2.0'],
  ['numexpr', 'import numexpr\na = np.arange(3)\nprint(numexpr.evaluate("2 * a + 1"))', '[1 3 5]'],
  [
    'xarray',
    'import xarray as xr\nprint(float(xr.DataArray([[1, 2], [3, 4]], dims=("x", "y")).mean("x").sum()))',
    '5.0',
  ],
  ['opt-einsum', 'import opt_einsum\nprint(opt_einsum.contract("ij,jk->ik", np.eye(2), np.ones((2, 2))).sum())', '4.0'],
  ['einops', 'from einops import rearrange\nprint(rearrange(np.arange(6), "(a b) -> b a", a=2).shape)', '(3, 2)'],
  ['pywt', 'import pywt\nprint(pywt.dwt([1, 1, 3, 3], "haar")[1])', '[0. 0.]'],
];

export const NUMBA: readonly PackageUse[] = [
  [
    'numba',
    'from numba import njit, prange\n@njit(cache=True, parallel=True)\ndef f(n):\n    s = 0\n    for i in prange(n): s += i\n    return s\nprint(f(1000))',
    '499500',
  ],
];

export const STATISTICS: readonly PackageUse[] = [
  [
    'scipy',
    'from scipy import optimize, stats\nprint(round(optimize.brentq(lambda x: x * x - 2, 0, 2), 6), round(stats.norm.cdf(1.96), 3))',
    '1.414214 0.975',
  ],
  [
    'sklearn',
    'from sklearn.datasets import load_iris\nfrom sklearn.ensemble import RandomForestClassifier\nX, y = load_iris(return_X_y=True)\nprint(RandomForestClassifier(10, random_state=0, n_jobs=-1).fit(X, y).score(X, y) > 0.9)',
    'True',
  ],
  ['xgboost', 'import xgboost\nprint(xgboost.XGBClassifier(n_estimators=5).fit(X, y).score(X, y) > 0.9)', 'True'],
  [
    'statsmodels',
    'import statsmodels.api as sm\nprint(sm.OLS([2, 4, 6.1], sm.add_constant([1, 2, 3])).fit().params.round(2))',
    '[-0.07  2.05]',
  ],
  ['patsy', 'import patsy\nprint(patsy.dmatrix("a + b", {"a": [1, 2], "b": [3, 4]}).shape)', '(2, 3)'],
  [
    'networkx',
    'import networkx as nx\nprint(nx.shortest_path(nx.cycle_graph(6), 0, 2), round(nx.pagerank(nx.path_graph(3))[1], 2))',
    '[0, 1, 2] 0.49',
  ],
];

export const MATHEMATICS: readonly PackageUse[] = [
  [
    'sympy',
    'import sympy as sp\nx = sp.symbols("x")\nprint(sp.integrate(sp.exp(-x**2), (x, -sp.oo, sp.oo)))',
    'sqrt(pi)',
  ],
  ['mpmath', 'import mpmath\nmpmath.mp.dps = 30\nprint(mpmath.pi)', '3.14159265358979323846264338328'],
  ['gmpy2', 'import gmpy2\nprint(gmpy2.next_prime(10**20) - 10**20)', '39'],
  ['uncertainties', 'from uncertainties import ufloat\nprint(ufloat(1, 0.1) + ufloat(2, 0.1))', '3.00+/-0.14'],
  ['pint', 'import pint\nprint(pint.UnitRegistry()("3 km / h").to("m / s").magnitude)', '0.8333333333333334'],
  [
    'z3',
    'import z3\na, b = z3.Ints("a b")\nsolver = z3.Solver()\nsolver.add(a + b == 10, a - b == 4)\nprint(solver.check(), solver.model()[a])',
    'sat 7',
  ],
  [
    'pulp',
    `import pulp
problem = pulp.LpProblem("p", pulp.LpMaximize)
chairs, tables = pulp.LpVariable("chairs", 0, cat="Integer"), pulp.LpVariable("tables", 0)
problem += 3 * chairs + 2 * tables + 1
problem += chairs + tables <= 4.5
problem += chairs <= 2.5, "wood"
problem.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=5))
print(pulp.LpStatus[problem.status], chairs.value(), tables.value(), pulp.value(problem.objective), problem.constraints["wood"].slack)
problem += chairs >= 3
print(pulp.LpStatus[problem.solve(pulp.COIN_CMD(msg=False))], pulp.listSolvers(onlyAvailable=True))`,
    "Optimal 2.0 2.5 12.0 0.5\nInfeasible ['PULP_CBC_CMD', 'COIN_CMD']",
  ],
  [
    'highspy',
    'import highspy\nhighs = highspy.Highs()\nhighs.silent()\nv = highs.addVariable(lb=0, ub=3)\nhighs.maximize(2 * v)\nprint(highs.getObjectiveValue())',
    '6.0',
  ],
];

export const SHAPES: readonly PackageUse[] = [
  [
    'shapely',
    'import shapely\nprint(shapely.Point(0, 0).buffer(1, quad_segs=64).area > 3.14, shapely.box(0, 0, 2, 3).area)',
    'True 6.0',
  ],
  [
    'pyproj',
    'import pyproj\nprint([round(c) for c in pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(10, 50)])',
    '[1113195, 6446276]',
  ],
  [
    'geopandas',
    'import geopandas\nframe = geopandas.GeoDataFrame({"n": [1]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326)\nprint(round(frame.to_crs(3035).area[0] / 1e6) > 10000, frame.to_json()[:28])',
    'True {"type": "FeatureCollection"',
  ],
  [
    'fiona',
    'import fiona\ndata = fiona.BytesCollection(frame.to_json().encode())\nprint(len(data), data.schema["geometry"])',
    '1 Polygon',
  ],
  [
    'rasterio',
    'import rasterio, numpy as np\nfrom rasterio.io import MemoryFile\nwith MemoryFile() as file:\n    with file.open(driver="GTiff", width=2, height=2, count=1, dtype="uint8", crs="EPSG:4326", transform=rasterio.Affine(1, 0, 0, 0, -1, 2)) as raster: raster.write(np.full((2, 2), 7, "uint8"), 1)\n    with file.open() as raster: print(raster.read(1).sum(), raster.bounds.right)',
    '28 2.0',
  ],
  ['affine', 'from affine import Affine\nprint(Affine.translation(1, 2) * (3, 4))', '(4.0, 6.0)'],
  [
    'pyshp',
    'import shapefile, io\nshp, shx, dbf = io.BytesIO(), io.BytesIO(), io.BytesIO()\nwith shapefile.Writer(shp=shp, shx=shx, dbf=dbf) as writer:\n    writer.field("name")\n    writer.point(1, 2)\n    writer.record("a")\nprint(shapefile.Reader(shp=shp, shx=shx, dbf=dbf).shape(0).points)',
    '[[1.0, 2.0]]',
  ],
  ['folium', 'import folium\nprint("leaflet" in folium.Map((50, 10)).get_root().render())', 'True'],
  ['geopy', 'from geopy.distance import geodesic\nprint(round(geodesic((52.5, 13.4), (48.9, 2.35)).km))', '876'],
  [
    'geographiclib',
    'from geographiclib.geodesic import Geodesic\nprint(round(Geodesic.WGS84.Inverse(0, 0, 0, 1)["s12"]))',
    '111319',
  ],
  [
    'trimesh',
    'import trimesh\nprint(trimesh.creation.box().volume, len(trimesh.creation.icosphere().export(file_type="stl")) > 1000)',
    '1.0 True',
  ],
];
