/**
 * What a response costs over its model and its code, and how many streams of responses one api process serves. The
 * model is a scripted provider over real HTTP in this process: its time is known to the millisecond and taken off.
 */
import { text } from 'node:stream/consumers';
import { Response } from '../shared/contracts/response.ts';
import { callsCode, says, startModelServer, type ModelAnswer } from '../test/helpers/model-server.ts';
import { modelSettings } from '../test/helpers/response-stage.ts';
import type { Client } from './client.ts';
import { openDeployment } from './deployment.ts';
import { drive, type Load } from './load.ts';
import { measureResponseStreams } from './response-streams.ts';
import type { Row } from './table.ts';
import { judge, type Floor } from './verdict.ts';

const CODE = 'print(1+1)';
/** Over the model's time and the execution's. */
const OVERHEAD_MS_MAX = 15;
const ANSWER = 'It is 2.';

export type ResponseScale = { readonly responses: number; readonly streams: number };

export async function measureResponses({ responses, streams }: ResponseScale, tell: (row: Row) => void): Promise<void> {
  let modelMs = 0;
  const provider = await startModelServer(({ messages }) =>
    timed(messages.at(-1)?.role === 'tool' ? says(ANSWER) : callsCode(CODE), (ms) => {
      modelMs += ms;
    }),
  );
  const deployment = await openDeployment('real', modelSettings(provider.url));
  try {
    const client = await deployment.client();
    const alone = () => client.run({ code: CODE }, () => undefined);
    const whole = async () => {
      modelMs = 0;
      return (await respond(client)) - modelMs;
    };
    await drive({ clients: 1, count: Math.ceil(responses / 10), once: whole }); // the first ones bring in what is loaded late
    await drive({ clients: 1, count: Math.ceil(responses / 10), once: alone });
    const execution = await drive({ clients: 1, count: responses, once: alone });
    const response = await drive({ clients: 1, count: responses, once: whole });
    tell(rowOf('*the block alone*', execution, null));
    tell(
      rowOf('response with one block, less its model', response, { what: 'the block alone', ...aloneOf(execution) }),
    );
  } finally {
    await deployment.close();
    await provider.stop();
  }
  for (const row of await measureResponseStreams(streams)) tell(row);
}

/** Milliseconds of a response that runs the code. @throws when it is not what the script says */
async function respond({ send }: Client): Promise<number> {
  const startedMs = performance.now();
  const body = { model: 'clever', tools: [{ type: 'code_interpreter' }], inputs: 'What is 1+1?' };
  const answer = await text(await send({ method: 'POST', path: '/v1/model/response', body }));
  const ms = performance.now() - startedMs;
  assertRight(answer);
  return ms;
}

function assertRight(answer: string): void {
  const said = Response.parse(JSON.parse(answer)).output.map((item) =>
    item.type === 'message' ? item.content.map((part) => part.text) : item.outputs,
  );
  if (JSON.stringify(said) === JSON.stringify([[{ type: 'text', text: '2' }], [ANSWER]])) return;
  throw new Error(`not what was asked for: ${answer.slice(0, 300)}`);
}

/** @param onAnswered told how long the answer took once it is whole */
function timed(answer: ModelAnswer, onAnswered: (ms: number) => void): ModelAnswer {
  return async (res, req) => {
    const startedMs = performance.now();
    await answer(res, req);
    onAnswered(performance.now() - startedMs);
  };
}

function aloneOf({ p50Ms }: Load): Pick<Floor, 'p50Ms' | 'perSecond'> {
  return { p50Ms, perSecond: null };
}

function rowOf(name: string, load: Load, floor: Floor | null): Row {
  for (const failure of load.failures.slice(0, 3)) console.error(`${name}: ${failure}`);
  const verdicts = floor === null ? [] : [judge(load, floor, { kind: 'p50_over_ms_max', limit: OVERHEAD_MS_MAX })];
  return { name, clients: 1, summary: load, failed: load.failures.length, floor, verdicts, note: '' };
}
