/** One processor is a sandbox's: whatever counts them to decide how many threads or processes to start sees one. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROCESSES_MAX } from '../../../shared/contracts/limits.ts';
import { startService, type Service } from '../../helpers/service.ts';
import { OK } from '../attacks/ends.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
}, 120_000);
afterAll(() => service.stop(), 60_000);

const COUNTS = `import multiprocessing, os
print(os.cpu_count(), os.process_cpu_count(), len(os.sched_getaffinity(0)), multiprocessing.cpu_count())
print(os.sysconf("SC_NPROCESSORS_ONLN"), os.sysconf("SC_NPROCESSORS_CONF"))`;

/** Leaves a program room for as many threads more, as a host with many more processors would. */
const roomForThreads = (count: number) => `import os, threading, time
for _ in range(${String(PROCESSES_MAX - 1 - count)}): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
`;

const THREADS = 'len(os.listdir("/proc/self/task"))';
const PARALLEL_LOOP = `import numba
@numba.njit(parallel=True)
def total(n):
    s = 0
    for i in numba.prange(n): s += i
    return s
`;

describe('processors: counts', () => {
  it.each([
    ['Python', COUNTS, '1 1 1 1\n1 1\n'],
    [
      'a subprocess',
      `import subprocess, sys\nprint(subprocess.check_output([sys.executable, "-c", ${JSON.stringify(COUNTS)}], text=True), end="")`,
      '1 1 1 1\n1 1\n',
    ],
    [
      'psutil',
      'import psutil\nprint(psutil.cpu_count(), psutil.cpu_count(logical=False), len(psutil.Process().cpu_affinity()))',
      '1 1 1\n',
    ],
    [
      'joblib and loky',
      'import joblib\nfrom joblib.externals import loky\nprint(joblib.cpu_count(), joblib.effective_n_jobs(-1), loky.cpu_count(), loky.cpu_count(only_physical_cores=True))',
      '1 1 1 1\n',
    ],
    ['numexpr', 'import numexpr\nprint(numexpr.detect_number_of_cores(), numexpr.nthreads)', '1 1\n'],
    [
      'numba',
      'import numba\nprint(numba.config.NUMBA_DEFAULT_NUM_THREADS, numba.config.NUMBA_NUM_THREADS, numba.get_num_threads())',
      '1 1 1\n',
    ],
    [
      'BLAS and OpenMP',
      'import numpy, scipy.linalg, sklearn\nfrom threadpoolctl import threadpool_info\nprint({(pool["user_api"], pool["num_threads"]) for pool in threadpool_info()} == {("blas", 1), ("openmp", 1)})',
      'True\n',
    ],
    [
      'pools of the standard library',
      'from concurrent.futures import ProcessPoolExecutor\nfrom multiprocessing import Pool\nwith Pool() as pool: print(ProcessPoolExecutor()._max_workers, pool._processes)',
      '1 1\n',
    ],
  ])('%s', async (_of, code, stdout) => {
    expect(await service.run(code, { timeout_ms: 20_000 })).toMatchObject({ exit: OK, stdout, stderr: '' });
  });
});

describe('processors: threads', () => {
  it.each([
    ['a parallel loop of numba', `${roomForThreads(1)}${PARALLEL_LOOP}print(total(100))`, '4950\n'],
    [
      'a parallel loop of numba in a fork, after one before it',
      `${roomForThreads(3)}${PARALLEL_LOOP}print(total(100))
if os.fork() == 0: os._exit(total(10))
print(os.waitstatus_to_exitcode(os.wait()[1]))`,
      '4950\n45\n',
    ],
    [
      'linear programs of scipy',
      `${roomForThreads(0)}from scipy.optimize import linprog, milp
print(linprog([1, 2], A_ub=[[1, 1]], b_ub=[4]).status, milp([-1, -2], bounds=(0, 3), integrality=[1, 1]).status)`,
      '0 0\n',
    ],
    [
      'highspy and PuLP, asked for several',
      `${roomForThreads(0)}import highspy, pulp
for count in (4, 0):
    highs = highspy.Highs()
    highs.silent()
    if count: highs.setOptionValue("threads", count)
    highs.addVar(0, 10)
    highs.changeColCost(0, -1.0)
    print(highs.run())
for options in ({}, {"threads": 4}, {}):
    problem = pulp.LpProblem()
    problem += -pulp.LpVariable("x", 0, 3)
    print(pulp.LpStatus[problem.solve(pulp.PULP_CBC_CMD(msg=False, **options))])`,
      'HighsStatus.kOk\nHighsStatus.kOk\nOptimal\nOptimal\nOptimal\n',
    ],
    [
      'distances of rapidfuzz',
      `${roomForThreads(0)}from rapidfuzz import process\nprint(process.cdist(["a"] * 500, ["b"] * 500, workers=-1).shape)`,
      '(500, 500)\n',
    ],
    [
      'a matrix read by scipy',
      `${roomForThreads(0)}import io, scipy.io, scipy.sparse
file = io.BytesIO()
scipy.io.mmwrite(file, scipy.sparse.eye(2_000))
file.seek(0)
print(scipy.io.mmread(file).shape)`,
      '(2000, 2000)\n',
    ],
    [
      'forests, boosting, searches and transforms with as many workers as there are processors',
      `import os
import numpy as np, scipy.fft, scipy.spatial, xgboost
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
X = np.random.rand(200, 3)
RandomForestRegressor(5, n_jobs=-1).fit(X, X[:, 0])
HistGradientBoostingRegressor(max_iter=3).fit(X, X[:, 0])
xgboost.XGBRegressor(n_estimators=3, n_jobs=-1).fit(X, X[:, 0])
scipy.spatial.cKDTree(X).query(X, workers=-1)
scipy.fft.fft(X, workers=-1)
print(${THREADS})`,
      '1\n',
    ],
  ])(
    '%s: no more than one processor needs',
    async (_what, code, stdout) => {
      expect(await service.run(code, { timeout_ms: 30_000 })).toMatchObject({ exit: OK, stdout });
    },
    60_000,
  );
});
