import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Response } from '../../shared/contracts/response.ts';
import { startService } from '../helpers/service.ts';

let service: Awaited<ReturnType<typeof startService>>;

beforeAll(async () => {
  service = await startService();
}, 120_000);

afterAll(async () => {
  await service.stop();
}, 60_000);

const CODE =
  "principal = 10000\nrate = 0.07\nyears = 20\nresult = principal * (1 + rate) ** years\nprint(f'${result:,.2f}')";

describe('responses: in a sandbox', () => {
  it('run the documented code and show its output as documented', async () => {
    const { body, status } = await service.call('/v1/model/response', {
      body: {
        model: 'direct',
        tools: [{ type: 'code_interpreter' }],
        inputs: [{ role: 'user', content: `\`\`\`python\n${CODE}\n\`\`\`` }],
      },
    });
    expect(status).toBe(200);
    const { output } = Response.parse(body);
    expect(output).toMatchObject([
      { type: 'code_interpreter_call', status: 'completed', outputs: [{ type: 'text', text: '$38,696.84' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: '$38,696.84' }] },
    ]);
  }, 60_000);

  it('show a figure as a picture', async () => {
    const code = 'import matplotlib.pyplot as plt\nplt.plot([1, 4, 9])\nplt.show()';
    const { body } = await service.call('/v1/model/response', {
      body: { model: 'direct', tools: [{ type: 'code_interpreter' }], inputs: `\`\`\`\n${code}\n\`\`\`` },
    });
    expect(Response.parse(body).output[0]).toMatchObject({
      outputs: [{ type: 'image', url: expect.stringMatching(/^data:image\/png;base64,iVBOR/) }],
    });
  }, 60_000);
});
