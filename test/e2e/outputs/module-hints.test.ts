/** What is said of modules that people import and that the image lacks. The hints are made where the packages are. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { startService, type Service } from '../../helpers/service.ts';

/** By what is said: to take something else, to write another name, that it cannot be there. */
const SAID: Readonly<Record<string, string>> = {
  'Use sklearn or numpy instead': 'torch torchvision.models tensorflow keras transformers',
  'Use xgboost or sklearn instead': 'lightgbm catboost',
  'Use sklearn instead': 'imblearn shap umap hdbscan',
  'Use statsmodels instead': 'prophet pmdarima.arima',
  'Use statsmodels or scipy instead': 'pymc pingouin',
  'Use scipy or sklearn instead': 'optuna hyperopt',
  'Use numpy or scipy instead': 'jax.numpy cupy',
  'Use pandas instead': 'polars duckdb dask.dataframe pyspark.sql modin.pandas',
  'Use sqlite3 instead': 'sqlalchemy psycopg2 pymysql pandasql',
  'Use pulp or scipy instead': 'cvxpy ortools.linear_solver pyomo.environ gurobipy',
  'Use pypdf or pdfminer instead': 'PyPDF2 fitz pdfplumber camelot tabula',
  'Use docx instead': 'docx2txt',
  'Use odf or reportlab instead': 'pptx',
  'Use openpyxl or xlsxwriter instead': 'pyexcel',
  'Use skimage or PIL instead': 'cv2',
  'Use imageio or PIL instead': 'moviepy.editor',
  'Use soundfile or scipy instead': 'librosa pydub',
  'Use plotly or altair instead': 'bokeh.plotting pygal plotnine',
  'Use matplotlib or plotly instead': 'mplfinance squarify',
  'Use networkx instead': 'graphviz pydot igraph',
  'Use geopandas instead': 'cartopy.crs',
  'Use nltk or sklearn instead': 'spacy textblob gensim',
  'Use tabulate instead': 'prettytable rich.table',
  'Use json or orjson instead': 'simplejson',
  'Use random instead': 'faker',
  'Use logging instead': 'loguru',
  'Use datetime or dateutil instead': 'pendulum arrow',
  'Use holidays instead': 'workalendar',
  'Use h5py or netCDF4 instead': 'zarr',
  'Use bs4 instead': 'markdownify',
  '`import Cryptodome`': 'Crypto.Cipher',
  '`import PIL`': 'pillow pil',
  '`import sklearn`': 'scikit_learn',
  '`import skimage`': 'scikit_image',
  '`import bs4`': 'beautifulsoup4',
  '`import docx`': 'python_docx',
  '`import yaml`': 'pyyaml PyYAML',
  '`import fpdf`': 'fpdf2',
  '`import zbar`': 'pyzbar.pyzbar',
  'Did you mean pandas': 'pands panda',
  'Did you mean matplotlib': 'matplotlb',
  'has no network': 'yfinance openai httpx aiohttp flask streamlit selenium boto3',
  'has no display': 'tkinter pygame PyQt5.QtWidgets turtle',
  'neither pyarrow nor fastparquet': 'pyarrow pyarrow.parquet fastparquet',
  'attach(name, data)': 'google.colab',
  'There is no pip': 'pip',
  'must be part of the code': 'my_helpers_module',
};

const Hints = z.record(z.string(), z.string().nullable());

let service: Service;
beforeAll(async () => {
  service = await startService();
}, 120_000);
afterAll(() => service.stop(), 60_000);

describe('hints: modules', () => {
  it('say of each what to do', async () => {
    const expected = Object.entries(SAID).flatMap(([hint, names]) => names.split(' ').map((name) => [name, hint]));
    const code = `import importlib, json
from runner.hints import hint_for
told = {}
for name in ${JSON.stringify(expected.map(([name]) => name))}:
    try:
        importlib.import_module(name)
        told[name] = None
    except ImportError as error:
        told[name] = hint_for(error)
print(json.dumps(told))`;
    const { stdout } = await service.run(code, { timeout_ms: 30_000 });
    const told = Hints.parse(JSON.parse(stdout ?? ''));
    for (const [name = '', hint] of expected)
      expect([name, told[name]]).toEqual([name, expect.stringContaining(hint ?? '')]);
  }, 60_000);

  it('name only what can be imported, for what cannot', async () => {
    const code = `import importlib, importlib.util
from runner.module_names import FOR_NETWORK, IMPORTED_AS, INSTEAD
words = lambda groups: {word for group in groups for word in group.split()}
for name in sorted(words(INSTEAD.values()) | set(IMPORTED_AS.values())): importlib.import_module(name)
there = [name for name in sorted(words(INSTEAD) | set(FOR_NETWORK)) if importlib.util.find_spec(name)]
print("there all the same:", there)`;
    expect(await service.run(code, { timeout_ms: 30_000, memory_mb: 1_024 })).toMatchObject({
      exit: { reason: 'ok' },
      stdout: 'there all the same: []\n',
    });
  }, 60_000);
});
