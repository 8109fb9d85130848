/** What is asked of the composed deployment, in order: each step builds on the ones before. */
import assert from 'node:assert/strict';
import { z } from 'zod';
import { createApiClient, executionOf, type ApiClient } from '../helpers/api-client.ts';
import { eventually } from '../helpers/eventually.ts';
import { IMAGE_CHANGES, readImageInputs } from '../../scripts/setup/image-inputs.ts';
import { run } from './command.ts';
import { inspect, type Deployment } from './deployment.ts';

const LONG = { timeoutMs: 90_000, intervalMs: 250 } as const;
const WORKERS = 3;

const ImageConfig = z.object({
  Cmd: z.array(z.string()),
  Env: z.array(z.string()),
  WorkingDir: z.string(),
  Labels: z.record(z.string(), z.string()),
});

export type Step = readonly [name: string, act: () => Promise<void>];

export function createSteps(deployment: Deployment): readonly Step[] {
  let client: ApiClient | undefined;
  const api = (): ApiClient => {
    assert.ok(client, 'the deployment is up');
    return client;
  };
  const ready = () => eventually(() => answers(`${deployment.url}/readyz`), LONG);

  return [
    [
      'set-up writes secrets once and the hash of the image',
      async () => {
        const first = await deployment.setUp();
        const second = await deployment.setUp();
        assert.deepEqual(second, first);
        assert.equal(first.get('SANDBOX_IMAGE_HASH'), readImageInputs().imageHash);
        client = createApiClient(deployment.url, first.get('BOOTSTRAP_API_KEY') ?? '');
      },
    ],
    [
      'up --build builds both images and brings everything up healthy',
      async () => {
        await deployment.compose('up', '--build', '--detach');
        await ready();
        for (const service of ['api', 'worker', 'redis', 'postgres']) {
          const id = await deployment.container(service);
          await eventually(async () => (await deployment.health(id)) === 'healthy', LONG);
        }
      },
    ],
    ['the sandbox image is as the one that the host builds', () => checkSandboxImage(deployment)],
    [
      'runs code with the first key',
      async () => {
        await expectAnswer(api(), 'print(6 * 7)', '42\n');
        await expectAnswer(api(), 'import pandas as pd\nprint(pd.Series([1, 2]).sum())', '3\n');
      },
    ],
    [
      'keeps files where the worker reads them',
      async () => {
        const form = new FormData();
        form.set('file', new File(['a,b\n1,2\n'], 'data.csv'));
        const uploaded = await api().upload(form);
        const code = "print(open('/mnt/data/data.csv').read().splitlines()[1])";
        const { stdout } = await api().run({ code, files: [{ file_id: uploaded.id }] });
        assert.equal(stdout, '1,2\n');
      },
    ],
    ['only the worker holds the socket, only the api a port, nobody is root', () => checkBounds(deployment)],
    [
      'a worker reaches neither the database nor the world',
      async () => {
        const worker = await deployment.container('worker');
        for (const [host, port] of [
          ['postgres', 5432],
          ['deb.debian.org', 80],
          ['1.1.1.1', 53],
        ] as const)
          await assert.rejects(connectFrom(worker, host, port));
        await connectFrom(worker, 'redis', 6379);
      },
    ],
    [
      'serves metrics to who joins their network, and nothing else there',
      async () => {
        const network = `${deployment.name}_metrics`;
        for (const [url, metric] of [
          ['http://api:9464/metrics', 'ci_http_requests_total'],
          ['http://worker:9465/metrics', 'ci_worker_sandboxes'],
        ] as const) {
          const fetching = `fetch('${url}').then((answer) => answer.text()).then((text) => console.log(text))`;
          const served = await deployment.runIn(network, ['node', '-e', fetching]);
          assert.match(served, new RegExp(metric));
        }
        for (const [host, port] of [
          ['redis', 6379],
          ['postgres', 5432],
        ] as const)
          await assert.rejects(deployment.runIn(network, ['node', '-e', connecting(host, port)]));
      },
    ],
    [
      'scales to three workers',
      async () => {
        await deployment.compose('up', '--detach', '--no-recreate', '--scale', `worker=${String(WORKERS)}`);
        await eventually(async () => (await readiness(deployment.url)).includes('3 of 3 take executions'), LONG);
      },
    ],
    [
      'loses nothing when one of them is killed in the middle of its runs, and has it back',
      async () => {
        const running = await submitSleepers(api(), 6, 12);
        await eventually(async () => (await statusesOf(api(), running)).every((status) => status === 'running'), LONG);
        const [victim = ''] = await deployment.containers('worker');
        // From outside, as a crash: an engine does not restart what it was told to kill.
        process.kill(Number(await inspect(victim, '{{.State.Pid}}')), 'SIGKILL');
        const attempts = await finishSleepers(api(), running);
        assert.ok(
          attempts.some((attempt) => attempt > 1),
          'some of them ran again',
        );
        await eventually(async () => (await readiness(deployment.url)).includes('3 of 3 take executions'), LONG);
      },
    ],
    [
      'keeps what was acknowledged over a restart of Redis',
      async () => {
        const running = await submitSleepers(api(), 12, 2);
        await run('docker', ['restart', await deployment.container('redis')]);
        await finishSleepers(api(), running);
        await ready();
      },
    ],
    [
      'keeps what was acknowledged over a restart of PostgreSQL',
      async () => {
        const running = await submitSleepers(api(), 12, 2);
        await run('docker', ['restart', await deployment.container('postgres')]);
        await finishSleepers(api(), running);
        await ready();
      },
    ],
    [
      'lets running code end when a worker is stopped, and removes its sandboxes',
      async () => {
        const running = await submitSleepers(api(), 1, 10);
        await eventually(async () => (await statusesOf(api(), running)).every((status) => status === 'running'), LONG);
        await deployment.compose('stop', 'worker');
        assert.deepEqual(await finishSleepers(api(), running), [1]);
        assert.deepEqual(await deployment.sandboxes(), []);
      },
    ],
    [
      'keeps its data over down and up',
      async () => {
        const kept = await executionIdOf(api());
        await deployment.compose('down');
        await deployment.compose('up', '--detach');
        await ready();
        await eventually(async () => (await api().read(kept)).status === 'completed', LONG);
      },
    ],
  ];

  /** Queued while no worker runs, and so ended only by the next one. */
  async function executionIdOf(from: ApiClient): Promise<string> {
    return (await from.submit({ code: 'print("kept")' })).id;
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(3_000) }).then(
    (answer) => answer.ok,
    () => false,
  );
}

async function readiness(url: string): Promise<string> {
  return fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) }).then(
    (answer) => answer.text(),
    () => '',
  );
}

async function expectAnswer(api: ApiClient, code: string, stdout: string): Promise<void> {
  const execution = await api.run({ code });
  assert.equal(execution.status, 'completed');
  assert.equal(execution.stdout, stdout);
}

/** Each prints its own number after `seconds`. */
async function submitSleepers(api: ApiClient, count: number, seconds: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const code = `import time\ntime.sleep(${String(seconds)})\nprint(${String(number)})`;
    ids.push((await api.submit({ code })).id);
  }
  return ids;
}

async function statusesOf(api: ApiClient, ids: readonly string[]): Promise<string[]> {
  return Promise.all(ids.map(async (id) => (await api.read(id)).status));
}

/** Waits for all, through moments in which the api cannot answer. @returns how often each was started */
async function finishSleepers(api: ApiClient, ids: readonly string[]): Promise<number[]> {
  const attempts: number[] = [];
  for (const [number, id] of ids.entries()) {
    const ended = await eventually(async () => {
      const answer = await api.request('GET', `/v1/executions/${id}`).catch(() => undefined);
      if (answer === undefined || answer.status >= 500) return undefined;
      const execution = await executionOf(answer);
      return execution.status === 'queued' || execution.status === 'running' ? undefined : execution;
    }, LONG);
    assert.equal(ended.status, 'completed', JSON.stringify(ended.exit));
    assert.equal(ended.stdout, `${String(number)}\n`);
    attempts.push(ended.attempt);
  }
  return attempts;
}

async function checkSandboxImage({ images }: Deployment): Promise<void> {
  const { imageHash } = readImageInputs();
  const inspected: unknown = JSON.parse(await inspect(images.sandbox, '{{json .Config}}'));
  const { Cmd: cmd, Env: env, WorkingDir: directory, Labels: labels } = ImageConfig.parse(inspected);
  assert.equal(labels['code-interpreter.image-hash'], imageHash);
  const variables = env.filter((variable) => !variable.startsWith('PATH='));
  assert.deepEqual(
    [`CMD ${JSON.stringify(cmd)}`, `WORKDIR ${directory}`, `ENV ${variables.join(' ')}`],
    [...IMAGE_CHANGES],
  );
}

async function checkBounds(deployment: Deployment): Promise<void> {
  for (const service of ['api', 'worker', 'redis', 'postgres']) {
    const id = await deployment.container(service);
    const mounts = await inspect(id, '{{range .Mounts}}{{.Destination}} {{end}}');
    assert.equal(mounts.includes('docker.sock'), service === 'worker', service);
    const ports = await inspect(id, '{{json .HostConfig.PortBindings}}');
    assert.equal(ports.includes('HostPort'), service === 'api', service);
    if (service === 'api') assert.match(ports, /^\{"8080\/tcp":\[\{"HostIp":"127\.0\.0\.1","HostPort":"\d+"\}\]\}$/);
    const user = await run('docker', ['exec', id, 'stat', '--format=%u', '/proc/1']);
    assert.notEqual(user, '0', service);
    assert.notEqual(await inspect(id, '{{.HostConfig.Memory}}'), '0', service);
  }
}

/** @throws Error when the container cannot connect within two seconds */
async function connectFrom(container: string, host: string, port: number): Promise<void> {
  await run('docker', ['exec', container, 'node', '-e', connecting(host, port)]);
}

/** A program that ends with 0 when it connects, with 1 when it cannot within two seconds. */
function connecting(host: string, port: number): string {
  return `const socket = require('node:net').connect(${String(port)}, '${host}');
    socket.once('connect', () => process.exit(0)).once('error', () => process.exit(1));
    setTimeout(() => process.exit(1), 2000);`;
}
