import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Response } from '../../shared/contracts/response.ts';
import { given, madeBy } from '../helpers/given-files.ts';
import { callsCode, says, startModelServer, type ModelServer } from '../helpers/model-server.ts';
import { callsOf } from '../helpers/response-client.ts';
import { modelSettings } from '../helpers/response-stage.ts';
import { startService } from '../helpers/service.ts';

let service: Awaited<ReturnType<typeof startService>>;
let provider: ModelServer;

beforeAll(async () => {
  provider = await startModelServer();
  service = await startService({ env: modelSettings(provider.url) });
}, 120_000);

afterAll(async () => {
  await service.stop();
  await provider.stop();
}, 60_000);

const TOOLS = [{ type: 'code_interpreter' }, { type: 'file_retrieval' }];

async function respond(body: object) {
  const answer = await service.call('/v1/model/response', { body: { tools: TOOLS, ...body } });
  return Response.parse(answer.body);
}

const fenced = (code: string) => `\`\`\`python\n${code}\n\`\`\``;

describe('response files: in a sandbox', () => {
  it('are read by code, which cannot change them', async () => {
    const file = await given(service, 'region,sold\nnorth,12\nsouth,30\n', { name: 'sales.csv' });
    const code = [
      "import os, pandas as pd\nframe = pd.read_csv('/mnt/data/sales.csv')",
      "print(os.listdir('/mnt/data'), frame.sold.sum())",
      "try:\n    open('/mnt/data/sales.csv', 'a')\nexcept OSError as error:\n    print(type(error).__name__)",
    ].join('\n');
    const content = [
      { type: 'text', text: fenced(code) },
      { type: 'file', file_id: file.file_id },
    ];
    const { output } = await respond({ model: 'direct', inputs: [{ role: 'user', content }] });
    expect(output[0]).toMatchObject({
      status: 'completed',
      outputs: [{ type: 'text', text: expect.stringMatching(/^\['sales\.csv'\] 42\n(?:OSError|PermissionError)$/) }],
    });
  }, 60_000);

  it('are there for the next turn', async () => {
    const file = await given(service, 'a\n1\n', { name: 'first.csv' });
    const attached = [
      { type: 'text', text: fenced('1') },
      { type: 'file', file_id: file.file_id },
    ];
    const first = await respond({ model: 'direct', inputs: [{ role: 'user', content: attached }] });
    const next = await respond({
      ...{ model: 'direct', previous_response_id: first.id },
      inputs: fenced("print(open('/mnt/data/first.csv').read().strip())"),
    });
    expect(next.output[0]).toMatchObject({ outputs: [{ type: 'text', text: 'a\n1' }] });
  }, 60_000);

  it('name the sheets of a workbook as a real library writes it', async () => {
    const workbook = await madeBy(
      service,
      `import io, openpyxl
book = openpyxl.Workbook()
book.active.title = 'Jan & Feb'
book.active.append(['region', 'sold'])
book.create_sheet('Übersicht')
buffer = io.BytesIO()
book.save(buffer)
attach('book.xlsx', buffer)`,
    );
    const file = await given(service, workbook, { name: 'book.xlsx' });
    provider.use(
      callsCode("import pandas as pd\nprint(pd.ExcelFile('/mnt/data/book.xlsx').sheet_names)"),
      says('Two.'),
    );
    const content = [
      { type: 'text', text: 'Which sheets are there?' },
      { type: 'file', file_id: file.file_id },
    ];
    const made = await respond({ model: 'clever', inputs: [{ role: 'user', content }] });
    expect(callsOf(made)[0]?.outputs).toEqual([{ type: 'text', text: "['Jan & Feb', 'Übersicht']" }]);
    expect(provider.requests[0]?.messages[0]?.content).toContain('sheets "Jan & Feb", "Übersicht"');
  }, 60_000);
});
