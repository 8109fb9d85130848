"""Names of modules that people import and that are not in the sandbox, and what to take in their place."""

# What connects to something, or waits for connections.
FOR_NETWORK = frozenset(
    "aiohttp alpha_vantage anthropic boto3 botocore cohere dash datasets django fastapi feedparser flask fredapi gradio "
    "groq gtts httplib2 httpx huggingface_hub kaggle langchain mlflow ollama openai pandas_datareader paramiko playwright "
    "praw pytube quandl requests_html scrapy selenium slack_sdk streamlit telegram tornado tweepy twilio uvicorn wandb "
    "websocket websockets wget wikipedia yfinance yt_dlp".split()
)

# Of toolkits for windows, and what draws in them.
WINDOWS = frozenset("_tkinter gi pygame pyglet PyQt5 PyQt6 PySide2 PySide6 tkinter turtle wx".split())

# Names of distributions, in lower case, and what they are imported as.
IMPORTED_AS = {
    "attrs": "attr",
    "beautifulsoup4": "bs4",
    "crypto": "Cryptodome",
    "fpdf2": "fpdf",
    "image": "PIL",
    "odfpy": "odf",
    "pil": "PIL",
    "pillow": "PIL",
    "pycryptodome": "Cryptodome",
    "pycryptodomex": "Cryptodome",
    "python_dateutil": "dateutil",
    "python_docx": "docx",
    "pywavelets": "pywt",
    "pyyaml": "yaml",
    "pyzbar": "zbar",
    "scikit_image": "skimage",
    "scikit_learn": "sklearn",
    "z3_solver": "z3",
}

# What does much the same: the best first.
INSTEAD = {
    "accelerate fastai flax keras lightning pytorch_lightning sentence_transformers tensorflow torch torchaudio "
    "torchvision transformers": "sklearn numpy",
    "arch darts neuralprophet pmdarima prophet sktime tslearn": "statsmodels",
    "arrow pendulum": "datetime dateutil",
    "arviz emcee numpyro pymc pymc3 pyro pystan stan": "statsmodels scipy",
    "av cv moviepy": "imageio PIL",
    "barcode segno": "qrcode",
    "bayes_opt deap hyperopt optuna pygad skopt": "scipy sklearn",
    "bokeh holoviews hvplot plotnine pyecharts pygal": "plotly altair",
    "camelot fitz pdfplumber pdfrw pymupdf PyPDF2 PyPDF4 pypdfium2 tabula tika": "pypdf pdfminer",
    "cartopy": "geopandas",
    "catboost lightgbm": "xgboost sklearn",
    "cplex cvxpy docplex gurobipy mip ortools pyomo pyscipopt": "pulp scipy",
    "cupy jax": "numpy scipy",
    "cv2 mahotas SimpleITK wand": "skimage PIL",
    "dask datatable duckdb modin polars pyspark vaex": "pandas",
    "docx2txt textract": "docx",
    "dotenv environs": "os",
    "eli5 hdbscan imblearn lime shap umap": "sklearn",
    "faker": "random",
    "filterpy": "scipy",
    "gensim spacy stanza textblob": "nltk sklearn",
    "graphviz igraph pydot pygraphviz": "networkx",
    "html2text markdownify readability": "bs4",
    "libsvm mlxtend": "sklearn",
    "librosa pydub": "soundfile scipy",
    "linearmodels pingouin researchpy": "statsmodels scipy",
    "loguru structlog": "logging",
    "missingno": "seaborn",
    "mplfinance squarify": "matplotlib plotly",
    "mysql pandasql peewee psycopg psycopg2 pymongo pymysql pyodbc redis sqlalchemy": "sqlite3",
    "pandas_profiling pandas_ta sweetviz ta talib ydata_profiling": "pandas",
    "pptx": "odf reportlab",
    "prettytable rich texttable": "tabulate",
    "pyexcel pyxlsb": "openpyxl xlsxwriter",
    "rapidjson simplejson": "json orjson",
    "rtree": "shapely geopandas",
    "typer": "argparse",
    "workalendar": "holidays",
    "zarr": "h5py netCDF4",
}
