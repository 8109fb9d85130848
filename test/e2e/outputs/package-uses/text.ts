/** Packages for markup, text, time, and programming. */
import type { PackageUse } from './package-use.ts';

export const MARKUP: readonly PackageUse[] = [
  ['lxml', 'from lxml import etree\nprint(etree.fromstring("<a><b>1</b></a>").xpath("string(//b)"))', '1'],
  [
    'bs4',
    'from bs4 import BeautifulSoup\nprint(BeautifulSoup("<p>Hi <b>you", "html.parser").get_text(), BeautifulSoup("<i>x", "lxml").i.text)',
    'Hi you x',
  ],
  ['html5lib', 'import html5lib\nprint(html5lib.parse("<p>x").tag)', '{http://www.w3.org/1999/xhtml}html'],
  [
    'cssselect',
    'import cssselect\nprint(cssselect.HTMLTranslator().css_to_xpath("p.a"))',
    "descendant-or-self::p[@class and contains(concat(' ', normalize-space(@class), ' '), ' a ')]",
  ],
  ['bleach', 'import bleach\nprint(bleach.clean("<b>x</b><script>"))', '<b>x</b>&lt;script&gt;'],
  ['defusedxml', 'import defusedxml.ElementTree\nprint(defusedxml.ElementTree.fromstring("<a/>").tag)', 'a'],
  ['xmltodict', 'import xmltodict\nprint(xmltodict.parse("<a><b>1</b></a>"))', "{'a': {'b': '1'}}"],
  ['jinja2', 'import jinja2\nprint(jinja2.Template("{{ x + 1 }}").render(x=1))', '2'],
  ['markdown', 'import markdown\nprint(markdown.markdown("# A"))', '<h1>A</h1>'],
  ['markdown2', 'import markdown2\nprint(markdown2.markdown("*a*").strip())', '<p><em>a</em></p>'],
  ['mistune', 'import mistune\nprint(mistune.html("**a**").strip())', '<p><strong>a</strong></p>'],
  [
    'pygments',
    'from pygments import highlight, lexers, formatters\nprint("span" in highlight("x = 1", lexers.PythonLexer(), formatters.HtmlFormatter()))',
    'True',
  ],
  [
    'docutils',
    'import docutils.core\nprint("<strong>a</strong>" in docutils.core.publish_string("**a**", writer_name="html5").decode())',
    'True',
  ],
  ['yaml', 'import yaml\nprint(yaml.safe_load("a: [1, 2]"))', "{'a': [1, 2]}"],
  ['toml', 'import toml\nprint(toml.loads("a = 1"))', "{'a': 1}"],
  ['tomli', 'import tomli\nprint(tomli.loads("a = 1"))', "{'a': 1}"],
  ['tomlkit', 'import tomlkit\nprint(tomlkit.dumps({"a": 1}).strip())', 'a = 1'],
  ['orjson', 'import orjson\nprint(orjson.loads(orjson.dumps({"a": [1, None]})))', "{'a': [1, None]}"],
  ['ujson', 'import ujson\nprint(ujson.dumps({"a": 1}))', '{"a":1}'],
  ['json5', 'import json5\nprint(json5.loads("{a: 1,}"))', "{'a': 1}"],
  ['jsonpickle', 'import jsonpickle\nprint(jsonpickle.decode(jsonpickle.encode({1, 2})))', '{1, 2}'],
  ['jsonschema', 'import jsonschema\nprint(jsonschema.Draft202012Validator({"type": "object"}).is_valid([]))', 'False'],
  ['fastjsonschema', 'import fastjsonschema\nprint(fastjsonschema.compile({"type": "integer"})(3))', '3'],
  ['rdflib', 'import rdflib\nprint(len(rdflib.Graph().parse(data="<urn:a> <urn:b> 1 .", format="turtle")))', '1'],
];

export const WORDS: readonly PackageUse[] = [
  [
    'tabulate',
    'from tabulate import tabulate\nprint(tabulate([[1, 2]], headers=["a", "b"], tablefmt="github"))',
    '|   a |   b |\n|-----|-----|\n|   1 |   2 |',
  ],
  ['regex', 'import regex\nprint(regex.findall(r"\\p{Lu}", "aÄB"))', "['Ä', 'B']"],
  [
    'nltk',
    'from nltk.stem import PorterStemmer\nfrom nltk.tokenize import wordpunct_tokenize\nprint([PorterStemmer().stem(word) for word in wordpunct_tokenize("running dogs")])',
    "['run', 'dog']",
  ],
  ['lark', 'import lark\nprint(lark.Lark("start: /a+/").parse("aa").children)', "[Token('__ANON_0', 'aa')]"],
  ['pyparsing', 'import pyparsing as pp\nprint(pp.Word(pp.nums).parse_string("12a")[0])', '12'],
  ['sqlparse', 'import sqlparse\nprint(sqlparse.format("select 1", keyword_case="upper"))', 'SELECT 1'],
  ['rapidfuzz', 'from rapidfuzz import fuzz\nprint(fuzz.ratio("abcd", "abce"))', '75.0'],
  ['levenshtein', 'import Levenshtein\nprint(Levenshtein.distance("kitten", "sitting"))', '3'],
  ['fuzzywuzzy', 'from fuzzywuzzy import fuzz\nprint(fuzz.token_sort_ratio("a b", "b a"))', '100'],
  ['jellyfish', 'import jellyfish\nprint(jellyfish.soundex("Robert"))', 'R163'],
  ['textdistance', 'import textdistance\nprint(textdistance.hamming("abc", "abd"))', '1'],
  ['unidecode', 'from unidecode import unidecode\nprint(unidecode("Ærø"))', 'AEro'],
  ['text-unidecode', 'import text_unidecode\nprint(text_unidecode.unidecode("é"))', 'e'],
  ['chardet', 'import chardet\nprint(chardet.detect("héllo wörld".encode())["encoding"])', 'utf-8'],
  [
    'charset-normalizer',
    'import charset_normalizer\nprint(charset_normalizer.from_bytes("héllo wörld ça va".encode()).best().encoding)',
    'utf_8',
  ],
  ['wcwidth', 'import wcwidth\nprint(wcwidth.wcswidth("日本"))', '4'],
  [
    'babel',
    'from babel.numbers import format_currency\nprint(format_currency(1234.5, "EUR", locale="de_DE"))',
    '1.234,50\xa0€',
  ],
  ['pycountry', 'import pycountry\nprint(pycountry.countries.get(alpha_2="DE").name)', 'Germany'],
];

export const TIME: readonly PackageUse[] = [
  [
    'dateutil',
    'from dateutil import parser, relativedelta\nprint(parser.parse("31 Jan 2024") + relativedelta.relativedelta(months=1))',
    '2024-02-29 00:00:00',
  ],
  [
    'tz',
    'import datetime, pytz\nprint(pytz.timezone("Asia/Kolkata").localize(datetime.datetime(2024, 1, 1)).isoformat())',
    '2024-01-01T00:00:00+05:30',
  ],
  ['tzlocal', 'import tzlocal\nprint(tzlocal.get_localzone_name())', 'UTC'],
  ['isodate', 'import isodate\nprint(isodate.parse_duration("PT90M"))', '1:30:00'],
  [
    'exchange-calendars',
    'import exchange_calendars\nprint(exchange_calendars.get_calendar("XNYS", start="2024-01-01", end="2024-02-01").is_session("2024-01-15"))',
    'False',
  ],
  [
    'holidays',
    'import holidays\nprint(holidays.country_holidays("DE", years=2024).get("2024-10-03"))',
    'Tag der Deutschen Einheit',
  ],
];

export const PROGRAMMING: readonly PackageUse[] = [
  ['tqdm', 'import io\nfrom tqdm import tqdm\nprint(sum(tqdm(range(4), file=io.StringIO())))', '6'],
  [
    'joblib',
    'from joblib import Parallel, delayed\nprint(Parallel(n_jobs=2, prefer="threads")(delayed(pow)(i, 2) for i in range(3)))',
    '[0, 1, 4]',
  ],
  ['threadpoolctl', 'import threadpoolctl\nprint(type(threadpoolctl.threadpool_info()).__name__)', 'list'],
  ['dill', 'import dill\nprint(dill.loads(dill.dumps(lambda x: x + 1))(1))', '2'],
  ['cloudpickle', 'import cloudpickle, pickle\nprint(pickle.loads(cloudpickle.dumps(lambda x: x * 2))(4))', '8'],
  [
    'attr',
    'import attr, attrs\n@attrs.define\nclass Point:\n    x: int\nprint(Point(1), attr.asdict(Point(2)))',
    "Point(x=1) {'x': 2}",
  ],
  ['pydantic', 'import pydantic\nclass User(pydantic.BaseModel):\n    age: int\nprint(User(age="3"))', 'age=3'],
  [
    'email-validator',
    'import email_validator\nprint(email_validator.validate_email("a@example.org", check_deliverability=False).domain)',
    'example.org',
  ],
  ['typing-extensions', 'import typing_extensions\nprint(typing_extensions.get_origin(list[int]))', "<class 'list'>"],
  ['more-itertools', 'import more_itertools\nprint(list(more_itertools.chunked([1, 2, 3], 2)))', '[[1, 2], [3]]'],
  [
    'sortedcontainers',
    'from sortedcontainers import SortedList\nprint(SortedList([3, 1, 2]))',
    'SortedList([1, 2, 3])',
  ],
  ['toolz', 'import toolz\nprint(toolz.groupby(len, ["a", "bb"]))', "{1: ['a'], 2: ['bb']}"],
  ['cachetools', 'import cachetools\nprint(len(cachetools.LRUCache(2)))', '0'],
  ['anytree', 'import anytree\nprint(anytree.Node("b", parent=anytree.Node("a")).path[0].name)', 'a'],
  ['munch', 'import munch\nprint(munch.munchify({"a": {"b": 1}}).a.b)', '1'],
  [
    'wrapt',
    'import wrapt\n@wrapt.decorator\ndef twice(f, _, args, kwargs): return 2 * f(*args)\nprint(twice(abs)(-2))',
    '4',
  ],
  ['decorator', 'import decorator\nprint(decorator.decorator(lambda f, *a: f(*a) + 1, abs)(-1))', '2'],
  ['tenacity', 'import tenacity\nprint(tenacity.retry(stop=tenacity.stop_after_attempt(2))(lambda: 1)())', '1'],
  ['semver', 'import semver\nprint(semver.Version.parse("1.2.3").bump_minor())', '1.3.0'],
  ['packaging', 'from packaging.version import Version\nprint(Version("1.10") > Version("1.9"))', 'True'],
  ['six', 'import six\nprint(six.PY3)', 'True'],
  ['click', 'import click\nprint(click.style("x", fg="red") != "x")', 'True'],
  ['psutil', 'import psutil\nprint(psutil.Process().memory_info().rss > 0)', 'True'],
  ['cffi', 'import cffi\nffi = cffi.FFI()\nffi.cdef("int abs(int);")\nprint(ffi.dlopen(None).abs(-3))', '3'],
  [
    'cryptography',
    'from cryptography.fernet import Fernet\nkey = Fernet(Fernet.generate_key())\nprint(key.decrypt(key.encrypt(b"x")))',
    "b'x'",
  ],
  [
    'pycryptodome',
    'from Cryptodome.Cipher import AES\nprint(len(AES.new(bytes(16), AES.MODE_ECB).encrypt(bytes(16))))',
    '16',
  ],
  [
    'nacl',
    'import nacl.secret, nacl.utils\nbox = nacl.secret.SecretBox(nacl.utils.random(32))\nprint(box.decrypt(box.encrypt(b"x")))',
    "b'x'",
  ],
  ['pytest', 'import pytest\nprint(1.0000001 == pytest.approx(1))\nwith pytest.raises(ValueError): int("x")', 'True'],
];
