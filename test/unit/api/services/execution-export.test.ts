import { describe, expect, it } from '@jest/globals';
import { createOpenApiDocument } from '../../../../api/openapi.ts';
import { createExecutionExport } from '../../../../api/services/execution-export.ts';
import type { OperatorListQuery } from '../../../../api/services/operator-executions.ts';
import { OperatorExecutionList } from '../../../../shared/contracts/operator-execution.ts';

const operation = createOpenApiDocument().paths?.['/admin/api/executions']?.get;
const answers = JSON.parse(JSON.stringify(operation?.responses));
const { data } = OperatorExecutionList.parse(answers['200'].content['application/json'].example);

/** However often it is asked, there are more. */
function endless() {
  const asked: OperatorListQuery[] = [];
  const list = (query: OperatorListQuery) => {
    asked.push(query);
    return Promise.resolve({ data, hasMore: true });
  };
  return { asked, executions: { list } };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('execution export', () => {
  it('asks for nothing any more once its reader has left', async () => {
    const { asked, executions } = endless();
    const stream = createExecutionExport({ executions }).csv({});
    for await (const line of stream) {
      expect(String(line)).toMatch(/^id,/);
      break;
    }
    expect(stream.destroyed).toBe(true);
    const before = asked.length;
    for (let turns = 0; turns < 10; turns += 1) await turn();
    expect(asked.length).toBe(before);
  });

  it('asks for no more than whoever reads takes', async () => {
    const { asked, executions } = endless();
    const stream = createExecutionExport({ executions }).csv({});
    stream.read(0);
    for (let turns = 0; turns < 100; turns += 1) await turn();
    expect(asked.length).toBeLessThan(50);
    stream.destroy();
  });

  it('ends with the rows that it may have', async () => {
    const chunks = await createExecutionExport(endless()).csv({}, 3).toArray();
    expect(chunks.join('').split('\r\n')).toHaveLength(5);
  });

  it('makes four at a time, and another when one has ended', async () => {
    const { csv } = createExecutionExport(endless());
    const open = Array.from({ length: 4 }, () => csv({}));
    expect(() => csv({})).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
    open[0]?.destroy();
    await turn();
    expect(() => csv({})).not.toThrow();
  });
});
