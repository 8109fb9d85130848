import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Assistant } from '../../../shared/contracts/assistant.ts';
import { createApiClient, errorOf } from '../../helpers/api-client.ts';
import type { Client } from '../../helpers/api-stage.ts';
import { callsCode, says } from '../../helpers/model-server.ts';
import { callsOf, createResponseClient } from '../../helpers/response-client.ts';
import { CODE, modelSettings, openResponseStage, prints, type ResponseStage } from '../../helpers/response-stage.ts';
import { uploaded } from '../../helpers/uploads.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const TOOLS = [{ type: 'code_interpreter' }, { type: 'file_retrieval' }];
const CSV = 'region,"sold, total"\nnorth,12\n';

let opened: ResponseStage;
let responses: ResponseStage['responses'];
let client: Client;

beforeAll(async () => {
  opened = await openResponseStage();
  ({ responses, client } = opened);
});

afterAll(async () => {
  await opened.close();
});

beforeEach(() => {
  opened.worker.use(prints);
  opened.provider.use(callsCode(CODE), says('Done.'));
});

const upload = (name: string, content: string | Uint8Array = CSV, by = client) =>
  uploaded(opened.api.url, by, content, { name });

const block = ({ id }: { readonly id: string }, type = 'file') => ({ type, file_id: id });

/** A request about files. */
const about = (blocks: readonly object[], changes: object = {}) => ({
  tools: TOOLS,
  inputs: [{ role: 'user', content: [{ type: 'text', text: 'What sold best?' }, ...blocks] }],
  ...changes,
});

const takenNames = () => opened.worker.taken.at(-1)?.job.files?.map(({ name }) => name) ?? [];
const system = () => String(opened.provider.requests.at(0)?.messages.at(0)?.content);
const lastMessage = () => JSON.stringify(opened.provider.requests.at(0)?.messages.at(-1)?.content);

describe('response files: for code', () => {
  it('are given to every block under their names', async () => {
    const file = await upload('sales.csv');
    opened.provider.use(callsCode(CODE, 'print(2)'), says('Done.'));
    const made = await responses.make(about([block(file)]));
    expect(made.warnings).toEqual([]);
    expect(opened.worker.taken.slice(-2).map(({ job }) => job.files)).toEqual([
      [{ name: 'sales.csv', sha256: file.sha256, size_bytes: CSV.length, source: expect.anything() }],
      [{ name: 'sales.csv', sha256: file.sha256, size_bytes: CSV.length, source: expect.anything() }],
    ]);
  });

  it('are told to the model with their columns', async () => {
    await responses.make(about([block(await upload('sales.csv'), 'input_file')]));
    expect(system()).toContain(`"/mnt/data/sales.csv": ${String(CSV.length)} bytes; columns "region", "sold, total"`);
  });

  it('have names of their own where they would collide', async () => {
    const files = [await upload('a.csv'), await upload('A.csv', 'x\n1\n')];
    await responses.make(about(files.map((file) => block(file))));
    expect(takenNames()).toEqual(['a.csv', 'A (2).csv']);
  });

  it('are given once, however often they are named', async () => {
    const file = await upload('once.csv');
    await responses.make(about([block(file), block(file)]));
    expect(takenNames()).toEqual(['once.csv']);
  });

  it('are not used without file retrieval, and that is told', async () => {
    const made = await responses.make(
      about([block(await upload('sales.csv'))], { tools: [{ type: 'code_interpreter' }] }),
    );
    expect(made.warnings).toEqual([expect.stringContaining('file_retrieval')]);
    expect(takenNames()).toEqual([]);
    expect(system()).not.toContain('sales.csv');
  });

  it('may be named by the tool’s entry', async () => {
    const file = await upload('boxed.csv');
    const container = { type: 'auto', file_ids: [file.id] };
    await responses.make(about([], { tools: [{ type: 'code_interpreter', container }, { type: 'file_retrieval' }] }));
    expect(takenNames()).toEqual(['boxed.csv']);
  });

  it('are not used without code, and that is told', async () => {
    opened.provider.use(says('Hello.'));
    const made = await responses.make(
      about([block(await upload('sales.csv'))], { tools: [{ type: 'file_retrieval' }] }),
    );
    expect(made.warnings).toEqual([expect.stringContaining('the code interpreter is off')]);
  });

  it('may be all that a message says', async () => {
    const file = await upload('sales.csv');
    const made = await responses.make({ tools: TOOLS, inputs: [{ role: 'user', content: [block(file)] }] });
    expect(made.status).toBe('completed');
    expect(takenNames()).toEqual(['sales.csv']);
  });

  it('let the block fail when they are deleted meanwhile, in words for the model', async () => {
    const file = await upload('gone.csv');
    opened.worker.use(async () => {
      await client.request('DELETE', `/v1/files/${file.id}`);
      return { outputs: [] };
    });
    opened.provider.use(callsCode('1'), callsCode('2'), says('Sorry.'));
    const made = await responses.make(about([block(file)]));
    expect(callsOf(made).map(({ status }) => status)).toEqual(['completed', 'failed']);
    expect(callsOf(made)[1]?.outputs).toEqual([{ type: 'text', text: expect.stringContaining('"gone.csv"') }]);
  });
});

describe('response files: refusals', () => {
  const refused = async (blocks: readonly object[]) => errorOf(await responses.post(about(blocks)));

  it.each(['file_00000000000000000000', 'nonsense', ''])('name the id %p that is none', async (id) => {
    expect(await refused([{ type: 'file', file_id: id }])).toMatchObject({
      ...{ code: 'NOT_FOUND', param: 'inputs.0.content.1.file_id' },
    });
  });

  it('know no file of another organization, deleted or not', async () => {
    const other = await opened.stage.client(opened.api);
    const [kept, deleted] = [await upload('kept.csv', CSV, other), await upload('deleted.csv', CSV, other)];
    await other.request('DELETE', `/v1/files/${deleted.id}`);
    const answers = [await refused([block(kept)]), await refused([block(deleted)])];
    expect(answers.map(({ code, param }) => [code, param])).toEqual([
      ['NOT_FOUND', 'inputs.0.content.1.file_id'],
      ['NOT_FOUND', 'inputs.0.content.1.file_id'],
    ]);
    expect(answers[0]?.message).toBe(answers[1]?.message);
  });

  it('bound the number of files', async () => {
    const files = [];
    for (let at = 0; at < 21; at += 1) files.push(await upload(`${String(at)}.txt`, String(at)));
    expect(await refused(files.map((file) => block(file)))).toMatchObject({
      ...{ code: 'VALIDATION_ERROR', param: 'inputs.0.content.21.file_id' },
    });
  }, 30_000);
});

describe('response files: of a conversation', () => {
  it('stay there under their names for the next turn', async () => {
    const first = await responses.make(about([block(await upload('data.csv'))]));
    opened.provider.use(callsCode(CODE), says('Done.'));
    await responses.make(
      about([block(await upload('data.csv', 'y\n'))], {
        previous_response_id: first.id,
        tools: [{ type: 'code_interpreter' }],
      }),
    );
    expect(takenNames()).toEqual(['data.csv', 'data (2).csv']);
    expect(system()).toContain('columns "region", "sold, total"');
  });

  it('stay there in a thread', async () => {
    await responses.make(about([block(await upload('data.csv'))], { thread_id: 'files-1' }));
    opened.provider.use(callsCode(CODE), says('Done.'));
    await responses.make(about([], { thread_id: 'files-1' }));
    expect(takenNames()).toEqual(['data.csv']);
  });

  it('are left out once they are deleted, and that is told', async () => {
    const [kept, gone] = [await upload('kept.csv'), await upload('gone.csv')];
    const first = await responses.make(about([block(kept), block(gone)]));
    await client.request('DELETE', `/v1/files/${gone.id}`);
    opened.provider.use(callsCode(CODE), says('Done.'));
    const made = await responses.make(about([], { previous_response_id: first.id }));
    expect(takenNames()).toEqual(['kept.csv']);
    expect(made.warnings).toEqual([expect.stringContaining('"gone.csv" was deleted')]);
  });
});

describe('response files: of an assistant', () => {
  const assistant = async (body: object) => client.request('POST', '/v1/assistants', { body: { name: 'A', ...body } });

  it('are given to its code', async () => {
    const file = await upload('manual.csv');
    const made = Assistant.parse(await (await assistant({ tools: TOOLS, file_ids: [file.id] })).json());
    expect(made.tools).toContainEqual({ type: 'file_retrieval', mode: 'on' });
    await responses.make({ assistant_id: made.id, inputs: 'Look.' });
    expect(takenNames()).toEqual(['manual.csv']);
  });

  it('are refused when they are not the organization’s', async () => {
    const other = await opened.stage.client(opened.api);
    const file = await upload('theirs.csv', CSV, other);
    expect(await errorOf(await assistant({ file_ids: [file.id] }))).toMatchObject({
      ...{ code: 'NOT_FOUND', param: 'file_ids.0' },
    });
  });
});

describe('response files: pictures', () => {
  /** A client of an api whose model takes pictures. */
  async function seeing() {
    const settings = modelSettings(opened.provider.url);
    const MODELS = settings.MODELS.replace('"model"', '"pictures":true,"model"');
    const api = await opened.stage.api({ ...settings, MODELS });
    return createResponseClient(createApiClient(api.url, client.organization.key));
  }

  it('are shown to a model that takes them', async () => {
    const file = await upload('chart.png', PNG);
    const made = await (await seeing()).make(about([block(file, 'input_image')], { tools: [] }));
    expect(made.warnings).toEqual([]);
    expect(lastMessage()).toContain(`data:image/png;base64,${PNG.toString('base64')}`);
  });

  it('are told of to a model that takes none', async () => {
    const made = await responses.make(about([block(await upload('chart.png', PNG))]));
    expect(made.warnings).toEqual([expect.stringContaining('takes no pictures')]);
    expect(system()).toContain('"/mnt/data/chart.png": 16 bytes; picture, which you are not shown');
    expect(lastMessage()).not.toContain('base64');
  });

  it('are not what is named as a picture and is none', async () => {
    const made = await responses.make(about([block(await upload('sales.csv'), 'input_image')]));
    expect(made.warnings).toEqual([expect.stringContaining('is no picture')]);
  });
});
