/** Errors whose cause is the sandbox say what to write instead; and what they say to write does work. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Execution } from '../../../shared/contracts/execution.ts';
import { SANDBOX_RUNTIME } from '../../helpers/engine.ts';
import { startService, type Service } from '../../helpers/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
}, 120_000);
afterAll(() => service.stop(), 60_000);

/** Of a path that cannot be written, wherever it is, and of a socket, which gVisor refuses in another way. */
const REFUSED = '(OSError|PermissionError)';

type Row = readonly [name: string, code: string, error: string, hint: RegExp | string];

const ROWS: readonly Row[] = [
  ['a download', 'import urllib.request\nurllib.request.urlopen("https://example.com")', 'URLError', 'no network'],
  ['a table by its address', 'import pandas as pd\npd.read_csv("https://a.example/x.csv")', 'URLError', 'no network'],
  ['a connection', 'import socket\nsocket.create_connection(("192.0.2.1", 80))', REFUSED, 'no network'],
  ['a name', 'import socket\nsocket.gethostbyname("example.com")', 'gaierror', 'no network'],
  [
    'an asynchronous connection',
    'import asyncio\nawait asyncio.open_connection("192.0.2.1", 80)',
    REFUSED,
    'no network',
  ],
  ['open for writing', 'open("notes.txt", "w")', REFUSED, "attach('notes.txt', data)"],
  ['open for writing in a directory', 'open("out/notes.txt", "w")', 'FileNotFoundError', "attach('notes.txt', data)"],
  ['pathlib', 'import pathlib\npathlib.Path("a.txt").write_text("x")', REFUSED, "attach('a.txt', data)"],
  ['a directory', 'import os\nos.makedirs("out/a")', REFUSED, 'No directory is needed'],
  ['to_csv', 'import pandas as pd\npd.DataFrame({"a": [1]}).to_csv("t.csv")', REFUSED, "attach('t.csv', data)"],
  ['to_csv elsewhere', 'import pandas as pd\npd.DataFrame().to_csv("d/t.csv")', REFUSED, "attach('t.csv', data)"],
  ['to_excel', 'import pandas as pd\npd.DataFrame().to_excel("t.xlsx")', REFUSED, "attach('t.xlsx', data)"],
  [
    'savefig',
    'import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig("a.pdf")',
    REFUSED,
    "plt.show() shows the figure; attach('a.pdf', plt.gcf())",
  ],
  ['a picture', 'from PIL import Image\nImage.new("L", (2, 2)).save("i.png")', REFUSED, "attach('i.png', image)"],
  ['an archive', 'import zipfile\nzipfile.ZipFile("a.zip", "w")', REFUSED, "attach('a.zip', buffer)"],
  ['a database', 'import sqlite3\nsqlite3.connect("a.db")', 'OperationalError', "connect(':memory:')"],
  ['a file that is not there', 'open("data.csv")', 'FileNotFoundError', /no file 'data\.csv'.*stdin/],
  [
    'a table that is not there',
    'import pandas as pd\npd.read_csv("data.csv")',
    'FileNotFoundError',
    /no file 'data\.csv'.*io\.StringIO/,
  ],
  ['a temporary directory', 'import tempfile\ntempfile.mkdtemp()', 'FileNotFoundError', 'NamedTemporaryFile'],
  [
    'a workbook that is written where the line does not say so',
    'import xlsxwriter\nbook = xlsxwriter.Workbook("b.xlsx")\nbook.add_worksheet()\nbook.close()',
    'FileCreateError',
    "attach('b.xlsx', data)",
  ],
  ['/dev/shm', 'open("/dev/shm/x", "wb")', /(FileNotFound|Permission)Error/.source, 'no /dev/shm'],
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
  ['a shell', 'import os\nos.popen("ls")', 'FileNotFoundError', 'no shell and no programs'],
  ['a shell by an argument', 'import subprocess\nsubprocess.run("ls", shell=True)', 'FileNotFoundError', 'no shell'],
  [
    'pip in a shell',
    'import subprocess\nsubprocess.run("pip install x", shell=True)',
    'FileNotFoundError',
    'There is no pip',
  ],
  ['a program in the place of this one', 'import os\nos.execvp("ls", ["ls"])', 'FileNotFoundError', 'no programs'],
  [
    'a program by posix_spawn',
    'import os\nos.posix_spawn("/bin/ls", ["ls"], {})',
    'FileNotFoundError',
    "no program 'ls'",
  ],
  ['Parquet', 'import pandas as pd\npd.DataFrame().to_parquet("a.parquet")', 'ImportError', 'neither pyarrow'],
  ['Parquet to read', 'import pandas as pd\npd.read_parquet("a.parquet")', 'ImportError', 'neither pyarrow'],
  [
    'Feather',
    'import pandas as pd\npd.DataFrame().to_feather("a.feather")',
    'ImportError',
    "attach('table.csv', frame)",
  ],
  [
    'a program, asynchronously',
    'import asyncio\nawait asyncio.create_subprocess_exec("ls")',
    'FileNotFoundError',
    "no program 'ls'",
  ],
  ['a misspelt module', 'import nunpy', 'ModuleNotFoundError', 'Did you mean numpy'],
  ['a distribution’s name', 'import scikit_learn', 'ModuleNotFoundError', '`import sklearn`'],
  ['a module that has a substitute', 'import torch', 'ModuleNotFoundError', 'Use sklearn or numpy instead'],
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

/** gVisor has no limit on processes, gives out memory before it is there, and shows code the runner's environment. */
const ONLY_RUNC = ['too much memory at once', 'too many processes', 'too many threads', 'open("/proc/1/environ")'];
const holdsHere = ([name]: readonly [string, ...unknown[]]) => SANDBOX_RUNTIME === 'runc' || !ONLY_RUNC.includes(name);

const errorOf = ({ outputs }: Execution) => outputs.find((output) => output.type === 'error');

describe('hints', () => {
  it.each(ROWS.filter(holdsHere))(
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

  const ofTheCode: [string][] = [
    ['1 / 0'],
    ['{}["data.csv"]'],
    ['raise ValueError("network")'],
    ['x = = 1'],
    ['import json\njson.nothing'],
    ['import os\nos.kill(1, 0)'],
    ['open("/proc/1/environ")'],
    ['import json.nothing'],
  ];
  it.each(ofTheCode.filter(holdsHere))('none where the code is the cause: %j', async (code) => {
    const error = errorOf(await service.run(code));
    expect(error).toMatchObject({ type: 'error' });
    expect(error).not.toHaveProperty('hint');
  });

  it('stderr says that os.system ran nothing, as a shell would say', async () => {
    expect(await service.run('import os\nprint(os.system("pip install x"))')).toMatchObject({
      exit: { reason: 'ok' },
      stdout: '32512\n',
      stderr: "os.system('pip install x') ran nothing: here is no shell and no program but Python\n",
    });
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
