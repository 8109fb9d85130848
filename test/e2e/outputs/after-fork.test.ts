/** Every run is forked from a process that many runs share: what must differ differs, what must work works. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startService, type Service } from '../../helpers/service.ts';

let service: Service;
beforeAll(async () => {
  // With one slot all runs of the organization share one sandbox.
  service = await startService({ slots: 1 });
}, 120_000);
afterAll(() => service.stop(), 60_000);

/** Enough for children forked in advance and forked on arrival, of one zygote. */
const RUNS = 6;

const SOURCES: readonly (readonly [name: string, code: string])[] = [
  ['random', 'import random\nprint(random.random())'],
  ['random, seeded by itself again', 'import random\nrandom.seed()\nprint(random.random())'],
  ['random.Random()', 'import random\nprint(random.Random().random())'],
  ['secrets', 'import secrets\nprint(secrets.token_hex(16))'],
  ['uuid1', 'import uuid\nprint(uuid.uuid1())'],
  ['uuid4', 'import uuid\nprint(uuid.uuid4())'],
  ['os.urandom', 'import os\nprint(os.urandom(16))'],
  ['time_ns', 'import time\nprint(time.time_ns())'],
  ["numpy's global generator", 'import numpy as np\nprint(np.random.rand(), np.random.randint(10**9))'],
  ["the state of numpy's global generator", 'import numpy as np\nprint(hash(np.random.get_state()[1].tobytes()))'],
  ["numpy's default_rng", 'import numpy as np\nprint(np.random.default_rng().random())'],
  ['a sample of pandas', 'import pandas as pd\nprint(pd.Series(range(10**6)).sample(3).tolist())'],
  ['scipy.stats', 'import scipy.stats\nprint(scipy.stats.norm.rvs())'],
  ['a shuffle of sklearn', 'from sklearn.utils import shuffle\nprint(shuffle(range(10**5))[:3])'],
  ['names of temporary files', 'import tempfile\nprint(next(tempfile._get_candidate_names()))'],
  ["multiprocessing's key", 'import pandas, multiprocessing\nprint(bytes(multiprocessing.current_process().authkey))'],
];

describe('after a fork: nothing repeats', () => {
  it.each(SOURCES)(
    '%s',
    async (_name, code) => {
      const seen = new Set<string>();
      for (let run = 0; run < RUNS; run += 1) seen.add((await service.run(code)).stdout);
      expect(seen.size).toBe(RUNS);
      expect(seen.has('')).toBe(false);
    },
    60_000,
  );

  it('a seed gives the same numbers in every run', async () => {
    const code =
      'import random\nimport numpy as np\nrandom.seed(7)\nnp.random.seed(7)\nprint(random.random(), np.random.rand(), np.random.default_rng(7).random())';
    const seen = [await service.run(code), await service.run(code)].map(({ stdout }) => stdout);
    expect(seen[0]).not.toBe('');
    expect(seen[1]).toBe(seen[0]);
  });

  it('processes that the code forks draw as CPython has them draw', async () => {
    const code =
      'import os, random\nprint(random.random(), flush=True)\nfor _ in range(3):\n    if os.fork() == 0:\n        print(random.random())\n        os._exit(0)\n    os.wait()';
    const lines = (await service.run(code)).stdout.trim().split('\n');
    expect(new Set(lines).size).toBe(4);
  });
});

const LIBRARY_PROGRAMS: readonly (readonly [name: string, code: string, stdout: RegExp | string])[] = [
  [
    'multiprocessing.Pool',
    'from multiprocessing import Pool\ndef f(x): return x * x\nwith Pool(2) as pool: print(pool.map(f, range(5)))',
    '[0, 1, 4, 9, 16]\n',
  ],
  [
    'ProcessPoolExecutor, and an exception out of it',
    'from concurrent.futures import ProcessPoolExecutor\ndef f(x): return 1 // x\nwith ProcessPoolExecutor(2) as pool:\n    print(list(pool.map(f, [1, 2])))\n    try: pool.submit(f, 0).result()\n    except ZeroDivisionError as e: print(e)',
    '[1, 0]\ninteger division or modulo by zero\n',
  ],
  [
    'ThreadPoolExecutor',
    'from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as pool: print(list(pool.map(abs, [-1, -2])))',
    '[1, 2]\n',
  ],
  [
    'Lock, RLock, Semaphore, Event, Condition, Barrier, Queue, Value and Array between processes',
    `import multiprocessing as mp
lock, inner, gate, ready = mp.Lock(), mp.RLock(), mp.Semaphore(1), mp.Event()
condition, barrier, queue, value, array = mp.Condition(), mp.Barrier(3), mp.Queue(), mp.Value("i", 0), mp.Array("d", [0, 0])
def work(n):
    ready.wait()
    barrier.wait()
    for _ in range(200):
        with lock, inner, inner, gate: value.value += 1
    with array.get_lock(): array[n] = n + 1
    with condition: condition.notify_all()
    queue.put(n)
processes = [mp.Process(target=work, args=(n,)) for n in range(2)]
for process in processes: process.start()
ready.set()
barrier.wait()
with condition: condition.wait_for(lambda: any(array), timeout=5)
print(sorted([queue.get(), queue.get()]))
for process in processes: process.join()
print(value.value, array[:], lock.acquire(timeout=0.01), lock.acquire(timeout=0.01), queue.qsize())`,
    '[0, 1]\n400 [1.0, 2.0] True False 0\n',
  ],
  [
    'SharedMemory with a numpy array, found by its name',
    `from multiprocessing import Process, shared_memory
import numpy as np
block = shared_memory.SharedMemory(create=True, size=80)
numbers = np.ndarray(10, buffer=block.buf)
def work(name):
    mine = shared_memory.SharedMemory(name)
    np.ndarray(10, buffer=mine.buf)[:] = 7
    mine.close()
process = Process(target=work, args=(block.name,))
process.start()
process.join()
print(numbers.sum())
del numbers
block.close()
block.unlink()`,
    '70.0\n',
  ],
  [
    'Manager',
    'import multiprocessing as mp\ndef work(d): d["a"] = 1\nwith mp.Manager() as manager:\n    d = manager.dict()\n    p = mp.Process(target=work, args=(d,))\n    p.start()\n    p.join()\n    print(dict(d))',
    "{'a': 1}\n",
  ],
  [
    'spawned processes and a fork server',
    'import math\nimport multiprocessing as mp\nfor way in ("spawn", "forkserver"):\n    with mp.get_context(way).Pool(2) as pool: print(pool.map(math.sqrt, [4, 9]))',
    '[2.0, 3.0]\n[2.0, 3.0]\n',
  ],
  [
    'joblib with several jobs',
    'from joblib import Parallel, delayed, cpu_count\nprint(cpu_count(), [Parallel(n_jobs=n, prefer=p)(delayed(abs)(-i) for i in range(3)) for n, p in ((2, None), (-1, "threads"))])',
    '1 [[0, 1, 2], [0, 1, 2]]\n',
  ],
  [
    'sklearn with n_jobs=-1',
    'import numpy as np\nfrom sklearn.ensemble import RandomForestClassifier\nfrom sklearn.model_selection import cross_val_score\nX = np.random.rand(60, 3)\nprint(len(cross_val_score(RandomForestClassifier(5, n_jobs=-1), X, X[:, 0] > 0.5, cv=2, n_jobs=-1)))',
    '2\n',
  ],
  [
    'asyncio with threads and a subprocess',
    'import asyncio, sys\nasync def main():\n    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(6 * 7)", stdout=asyncio.subprocess.PIPE)\n    out, _ = await process.communicate()\n    return [out, await asyncio.to_thread(abs, -1)]\nprint(asyncio.run(main()))',
    "[b'42\\n', 1]\n",
  ],
  [
    'linear algebra in the run, in its threads and in its forks',
    'import os, threading\nimport numpy as np\na = np.random.rand(300, 300)\ndef work(): np.linalg.inv(a @ a)\nwork()\nt = threading.Thread(target=work)\nt.start()\nt.join()\nif os.fork() == 0:\n    work()\n    os._exit(0)\nprint(os.wait()[1])',
    '0\n',
  ],
];

describe('after a fork: libraries work, run after run', () => {
  it.each(LIBRARY_PROGRAMS)(
    '%s',
    async (_name, code, stdout) => {
      for (let run = 0; run < 2; run += 1) {
        const execution = await service.run(code, { timeout_ms: 25_000 });
        expect(execution).toMatchObject({ exit: { reason: 'ok' }, stdout, stderr: '' });
      }
    },
    90_000,
  );
});

describe('after a fork: surroundings', () => {
  it('Python, its subprocesses and every thread pool count one CPU', async () => {
    const code = `import multiprocessing, os, subprocess, sys
from concurrent.futures import ThreadPoolExecutor
from joblib.externals.loky import cpu_count
from threadpoolctl import threadpool_info
import numpy, sklearn
print(os.cpu_count(), os.process_cpu_count(), multiprocessing.cpu_count(), cpu_count(), ThreadPoolExecutor()._max_workers)
print({pool["num_threads"] for pool in threadpool_info()})
print(subprocess.check_output([sys.executable, "-c", "import os; print(os.cpu_count(), os.process_cpu_count())"], text=True))`;
    expect((await service.run(code)).stdout).toBe('1 1 1 1 5\n{1}\n1 1\n\n');
  });

  it('is in UTC, speaks UTF-8 and is called sandbox', async () => {
    const code = `import datetime, locale, platform, socket, sys, time
print(time.tzname, datetime.datetime.now().astimezone().utcoffset(), time.timezone)
encodings = [sys.getfilesystemencoding(), locale.getencoding(), sys.stdout.encoding, sys.stdin.encoding, open(0, closefd=False).encoding]
print(locale.setlocale(locale.LC_ALL, ""), {name.lower() for name in encodings})
print(socket.gethostname(), platform.node())`;
    expect((await service.run(code)).stdout).toBe("('UTC', 'UTC') 0:00:00 0\nC.UTF-8 {'utf-8'}\nsandbox sandbox\n");
  });

  it('tells the time of day of the host', async () => {
    const before = Date.now();
    const { stdout } = await service.run('import time\nprint(time.time_ns() // 10**6)');
    expect(Number(stdout)).toBeGreaterThanOrEqual(before - 1_000);
    expect(Number(stdout)).toBeLessThanOrEqual(Date.now() + 1_000);
  });
});
