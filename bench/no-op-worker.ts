/** Stands in for a worker: takes real jobs, runs nothing, posts real results. What is left is the floor of the rest. */
import { startStandInWorker } from '../test/helpers/stand-in-worker.ts';

const redisUrl = process.env['REDIS_URL'] ?? '';
const slots = Number(process.env['WORKER_SLOTS']);

const worker = await startStandInWorker({ redisUrl, namespace: 'ci', slots });
process.once('SIGTERM', () => {
  void worker.stop().then(() => process.exit(0));
});
console.log(JSON.stringify({ msg: 'ready' }));
