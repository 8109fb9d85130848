/** Packages that draw, and that read and write pictures and data files. */
import type { PackageUse } from './package-use.ts';

export const PLOTS: readonly PackageUse[] = [
  [
    'matplotlib',
    'import io, matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.set_title("Ünïcode Ω 日本語 中文 한국어 ♥ 😀 ≈")\naxes.plot([1, 2])\nfor kind in "png", "svg", "pdf": figure.savefig(io.BytesIO(), format=kind)\nplt.close()\nprint("drawn")',
    'drawn',
  ],
  [
    'matplotlib-venn',
    'from matplotlib_venn import venn2\nprint(venn2((3, 2, 1)).get_label_by_id("11").get_text())\nplt.close()',
    '1',
  ],
  [
    'seaborn',
    'import seaborn as sns, pandas as pd\nsns.set_theme()\nprint(len(sns.barplot(pd.DataFrame({"x": ["a", "b"], "y": [1, 2]}), x="x", y="y").patches))\nplt.close()',
    '2',
  ],
  [
    'plotly',
    'import json, plotly.express as px\nfigure = px.scatter(px.data.iris(), x="sepal_width", y="sepal_length", template="plotly_white")\nprint(json.loads(figure.to_json())["data"][0]["type"], "Plotly" in figure.to_html(include_plotlyjs=True))',
    'scatter True',
  ],
  [
    'altair',
    'import altair\nprint(altair.Chart(pd.DataFrame({"x": [1]})).mark_bar().encode(x="x").to_dict()["mark"]["type"])',
    'bar',
  ],
  [
    'wordcloud',
    'from wordcloud import WordCloud\nprint(WordCloud(random_state=1).generate("apple apple pear").words_)',
    "{'apple': 1.0, 'pear': 0.5}",
  ],
];

export const IMAGES: readonly PackageUse[] = [
  [
    'pil',
    'import io\nfrom PIL import Image, ImageDraw, ImageFont\npicture = Image.new("RGB", (40, 20), "white")\nImageDraw.Draw(picture).text((2, 2), "Ω", font=ImageFont.truetype("DejaVuSans.ttf", 12), fill="black")\nfor kind in "PNG", "JPEG", "GIF", "WEBP", "TIFF":\n    picture.save(file := io.BytesIO(), kind)\n    print(Image.open(file).size, end="")\nprint()',
    '(40, 20)(40, 20)(40, 20)(40, 20)(40, 20)',
  ],
  [
    'skimage',
    'import numpy as np\nfrom skimage import data, filters, measure, segmentation\ncoins = data.coins()\nprint(filters.threshold_otsu(coins), measure.label(coins > 107).max() > 10)',
    '107 True',
  ],
  [
    'imageio',
    'import imageio.v3 as iio\nprint(iio.imread(iio.imwrite("<bytes>", np.zeros((4, 5, 3), "uint8"), extension=".png")).shape)',
    '(4, 5, 3)',
  ],
  [
    'tifffile',
    'import tifffile\ntifffile.imwrite(file := io.BytesIO(), np.ones((3, 3), "uint8"))\nfile.seek(0)\nprint(tifffile.imread(file).sum())',
    '9',
  ],
  ['qrcode', 'import qrcode\ncode = qrcode.make("hello").get_image().convert("L")\nprint(code.size[0] > 100)', 'True'],
  [
    'zbar',
    'import zbar\nimage = zbar.Image(*code.size, "Y800", code.tobytes())\nzbar.ImageScanner().scan(image)\nprint([symbol.data for symbol in image])',
    "['hello']",
  ],
  [
    'svgwrite',
    'import svgwrite\ndrawing = svgwrite.Drawing(size=(10, 10))\ndrawing.add(drawing.rect((1, 1), (5, 5), fill="red"))\nprint("<rect" in drawing.tostring())',
    'True',
  ],
  [
    'cairosvg',
    'import cairosvg\nprint(Image.open(io.BytesIO(cairosvg.svg2png(drawing.tostring().encode()))).size)',
    '(10, 10)',
  ],
  ['svglib', 'from svglib.svglib import svg2rlg\nprint(svg2rlg(io.StringIO(drawing.tostring())).width)', '10.0'],
];

export const DATA_FILES: readonly PackageUse[] = [
  [
    'h5py',
    'import h5py, io, numpy as np\nwith h5py.File(file := io.BytesIO(), "w") as data: data["a/b"] = np.arange(4)\nprint(h5py.File(file)["a/b"][2])',
    '2',
  ],
  [
    'h5netcdf',
    'import xarray as xr\nimport h5netcdf\nwith h5netcdf.File(file := io.BytesIO(), "w") as data:\n    data.dimensions = {"x": 2}\n    data.create_variable("v", ("x",), float)[:] = [1, 2]\nprint(xr.open_dataset(file, engine="h5netcdf").v.sum().item())',
    '3.0',
  ],
  [
    'netcdf4',
    'import netCDF4\ndata = netCDF4.Dataset("x.nc", "w", memory=1024)\ndata.createDimension("x", 2)\ndata.createVariable("v", "f8", ("x",))[:] = [1, 2]\nprint(len(data.close()) > 500)',
    'True',
  ],
  [
    'tables',
    'import tables\nfile = tables.open_file("x.h5", "w", driver="H5FD_CORE", driver_core_backing_store=0)\nfile.create_array("/", "a", [1, 2, 3])\nprint(file.root.a[2], file.get_file_image()[1:4])\nfile.close()',
    "3 b'HDF'",
  ],
  [
    'protobuf',
    'from google.protobuf import struct_pb2\nmessage = struct_pb2.Struct()\nmessage["a"] = 1\nprint(struct_pb2.Struct.FromString(message.SerializeToString())["a"])',
    '1.0',
  ],
  ['msgpack', 'import msgpack\nprint(msgpack.unpackb(msgpack.packb({"a": [1]})))', "{'a': [1]}"],
  ['cbor2', 'import cbor2\nprint(cbor2.loads(cbor2.dumps({"a": 1})))', "{'a': 1}"],
  ['zstandard', 'import zstandard\nprint(zstandard.decompress(zstandard.compress(b"abc" * 9))[:3])', "b'abc'"],
  ['lz4', 'import lz4.frame\nprint(lz4.frame.decompress(lz4.frame.compress(b"abc")))', "b'abc'"],
  ['brotli', 'import brotli\nprint(brotli.decompress(brotli.compress(b"abc")))', "b'abc'"],
  ['zopfli', 'import zopfli.zlib, zlib\nprint(zlib.decompress(zopfli.zlib.compress(b"abc")))', "b'abc'"],
  [
    'soundfile',
    'import soundfile\nsoundfile.write(file := io.BytesIO(), np.zeros(800), 8000, format="FLAC")\nfile.seek(0)\nprint(soundfile.info(file).duration)',
    '0.1',
  ],
  ['mutagen', 'import mutagen\nfile.seek(0)\nprint(mutagen.File(file).info.sample_rate)', '8000'],
];
