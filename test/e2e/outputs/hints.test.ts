/** Errors whose cause is the sandbox say what to write instead; and what they say to write does work. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Execution } from '../../../shared/contracts/execution.ts';
import { startService, type Service } from '../../helpers/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
}, 120_000);
afterAll(() => service.stop(), 60_000);

type Row = readonly [name: string, code: string, error: string, hint: RegExp | string];

const ROWS: readonly Row[] = [
  ['a download', 'import urllib.request\nurllib.request.urlopen("https://example.com")', 'URLError', 'no network'],
  ['a table by its address', 'import pandas as pd\npd.read_csv("https://a.example/x.csv")', 'URLError', 'no network'],
  ['a connection', 'import socket\nsocket.create_connection(("192.0.2.1", 80))', 'OSError', 'no network'],
  ['a name', 'import socket\nsocket.gethostbyname("example.com")', 'gaierror', 'no network'],
  [
    'an asynchronous connection',
    'import asyncio\nawait asyncio.open_connection("192.0.2.1", 80)',
    'OSError',
    'no network',
  ],
  ['open for writing', 'open("notes.txt", "w")', 'OSError', "attach('notes.txt', data)"],
  ['open for writing in a directory', 'open("out/notes.txt", "w")', 'FileNotFoundError', "attach('notes.txt', data)"],
  ['pathlib', 'import pathlib\npathlib.Path("a.txt").write_text("x")', 'OSError', "attach('a.txt', data)"],
  ['a directory', 'import os\nos.makedirs("out/a")', 'OSError', 'No directory is needed'],
  ['to_csv', 'import pandas as pd\npd.DataFrame({"a": [1]}).to_csv("t.csv")', 'OSError', "attach('t.csv', data)"],
  ['to_csv elsewhere', 'import pandas as pd\npd.DataFrame().to_csv("d/t.csv")', 'OSError', "attach('t.csv', data)"],
  ['to_excel', 'import pandas as pd\npd.DataFrame().to_excel("t.xlsx")', 'OSError', "attach('t.xlsx', data)"],
  [
    'savefig',
    'import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig("a.pdf")',
    'OSError',
    "plt.show() shows the figure; attach('a.pdf', plt.gcf())",
  ],
  ['a picture', 'from PIL import Image\nImage.new("L", (2, 2)).save("i.png")', 'OSError', "attach('i.png', image)"],
  ['an archive', 'import zipfile\nzipfile.ZipFile("a.zip", "w")', 'OSError', "attach('a.zip', buffer)"],
  ['a database', 'import sqlite3\nsqlite3.connect("a.db")', 'OperationalError', "connect(':memory:')"],
  ['a file that is not there', 'open("data.csv")', 'FileNotFoundError', /no file 'data\.csv'.*stdin/],
  [
    'a table that is not there',
    'import pandas as pd\npd.read_csv("data.csv")',
    'FileNotFoundError',
    /no file 'data\.csv'.*io\.StringIO/,
  ],
  ['a temporary directory', 'import tempfile\ntempfile.mkdtemp()', 'FileNotFoundError', 'NamedTemporaryFile'],
  ['/dev/shm', 'open("/dev/shm/x", "wb")', 'FileNotFoundError', 'no /dev/shm'],
  [
    'shared memory of nobody',
    'from multiprocessing import shared_memory\nshared_memory.SharedMemory("nobodys")',
    'FileNotFoundError',
    'before the processes are started',
  ],
  ['pip as a program', 'import subprocess\nsubprocess.run(["pip", "install", "x"])', 'FileNotFoundError', 'no pip'],
  [
    'pip as a module',
    'import subprocess, sys\nsubprocess.check_call([sys.executable, "-m", "pip", "install", "x"])',
    'CalledProcessError',
    'no pip',
  ],
  ['pip in a notebook line', '!pip install x', 'SyntaxError', 'no pip'],
  ['a notebook command', 'x = 1\n%matplotlib inline', 'SyntaxError', 'commands of notebooks'],
  ['a program', 'import subprocess\nsubprocess.run(["ls", "-l"])', 'FileNotFoundError', "no program 'ls'"],
  ['a shell', 'import os\nos.popen("ls")', 'FileNotFoundError', 'no shell'],
  [
    'a program, asynchronously',
    'import asyncio\nawait asyncio.create_subprocess_exec("ls")',
    'FileNotFoundError',
    "no program 'ls'",
  ],
  ['a misspelt module', 'import nunpy', 'ModuleNotFoundError', 'Did you mean numpy'],
  ['a distribution’s name', 'import scikit_learn', 'ModuleNotFoundError', '`import sklearn`'],
  ['a module that has a substitute', 'import torch', 'ModuleNotFoundError', 'Use sklearn instead'],
  ['a module of one’s own', 'import my_helpers_module', 'ModuleNotFoundError', 'must be part of the code'],
  ['windows', 'import tkinter', 'ModuleNotFoundError', 'no display'],
  ['a backend', 'import matplotlib.pyplot as plt\nplt.switch_backend("TkAgg")', /Error$/.source, 'no display'],
  ['input without stdin', 'input("name? ")', 'EOFError', /stdin of the request/],
  ['too much memory at once', 'import numpy as np\nnp.zeros((10**6, 10**6))', 'MemoryError', 'memory_mb'],
  [
    'too many processes',
    'import os, time\nfor _ in range(100):\n    if os.fork() == 0:\n        time.sleep(30)\n        os._exit(0)',
    'BlockingIOError',
    'few processes and threads',
  ],
  [
    'too many threads',
    'import threading, time\nfor _ in range(100): threading.Thread(target=time.sleep, args=(5,), daemon=True).start()',
    'RuntimeError',
    'few processes and threads',
  ],
  [
    'a loop in a loop',
    'import asyncio\nawait asyncio.sleep(0)\nasyncio.run(asyncio.sleep(0))',
    'RuntimeError',
    '`await main()`',
  ],
  ['a locale', 'import locale\nlocale.setlocale(locale.LC_ALL, "de_DE.UTF-8")', 'Error', 'C.UTF-8'],
  [
    'spawned processes that lack the code',
    'import multiprocessing as mp\nfrom concurrent.futures import ProcessPoolExecutor\ndef f(x): return x\nwith ProcessPoolExecutor(1, mp.get_context("spawn")) as pool: print(list(pool.map(f, [1])))',
    'BrokenProcessPool',
    "get_context('fork')",
  ],
];

const errorOf = ({ outputs }: Execution) => outputs.find((output) => output.type === 'error');

describe('hints', () => {
  it.each(ROWS)(
    '%s',
    async (_name, code, name, hint) => {
      const error = errorOf(await service.run(code, { timeout_ms: 20_000 }));
      expect(error?.name).toMatch(new RegExp(`${name}$`));
      expect(error?.hint).toEqual(
        typeof hint === 'string' ? expect.stringContaining(hint) : expect.stringMatching(hint),
      );
      // Two sentences are read; a page is not.
      expect(error?.hint?.length).toBeLessThan(350);
    },
    60_000,
  );

  it.each([
    ['1 / 0'],
    ['{}["data.csv"]'],
    ['raise ValueError("network")'],
    ['x = = 1'],
    ['import json\njson.nothing'],
    ['import os\nos.kill(1, 0)'],
    ['open("/proc/1/environ")'],
    ['import json.nothing'],
  ])('none where the code is the cause: %j', async (code) => {
    const error = errorOf(await service.run(code));
    expect(error).toMatchObject({ type: 'error' });
    expect(error).not.toHaveProperty('hint');
  });

  it.each([
    [
      'a table in the code',
      'import io\nimport pandas as pd\nprint(len(pd.read_csv(io.StringIO("a,b\\n1,2\\n"))))',
      '1\n',
    ],
    [
      'a database in memory',
      'import sqlite3\nconnection = sqlite3.connect(":memory:")\nprint(connection.serialize()[:6])',
      "b'SQLite'\n",
    ],
    [
      'a named temporary file',
      'import tempfile\nwith tempfile.NamedTemporaryFile("w+") as f: print(f.write("x"))',
      '1\n',
    ],
    [
      'Python in a process of its own',
      'import subprocess, sys\nprint(subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout)',
      "b'1\\n'\n",
    ],
    ['the list of packages', 'import importlib.metadata\nprint(any(importlib.metadata.distributions()))', 'True\n'],
    ['await at the top level', 'import asyncio\nasync def main(): return 5\nprint(await main())', '5\n'],
  ])('what they say to write works: %s', async (_name, code, stdout) => {
    expect(await service.run(code)).toMatchObject({ exit: { reason: 'ok' }, stdout });
  });

  it.each([
    ['text', 'attach("notes.txt", "x")', 'notes.txt'],
    ['a figure', 'import matplotlib.pyplot as plt\nplt.plot([1])\nattach("a.pdf", plt.gcf())', 'a.pdf'],
    ['a table', 'import pandas as pd\nattach("t.csv", pd.DataFrame({"a": [1]}))', 't.csv'],
    ['a workbook', 'import pandas as pd\nattach("t.xlsx", pd.DataFrame({"a": [1]}))', 't.xlsx'],
    ['a picture', 'from PIL import Image\nattach("i.png", Image.new("L", (2, 2)))', 'i.png'],
    [
      'an archive',
      'import io, zipfile\nbuffer = io.BytesIO()\nwith zipfile.ZipFile(buffer, "w") as z: z.writestr("a", "b")\nattach("a.zip", buffer)',
      'a.zip',
    ],
    [
      'a database',
      'import sqlite3\nconnection = sqlite3.connect(":memory:")\nconnection.execute("create table t (a)")\nattach("data.db", connection.serialize())',
      'data.db',
    ],
  ])('what they say to attach becomes a file: %s', async (_name, code, name) => {
    const { exit, outputs } = await service.run(code);
    expect(exit).toMatchObject({ reason: 'ok' });
    expect(outputs.filter(({ type }) => type === 'file')).toEqual([expect.objectContaining({ name })]);
  });
});
