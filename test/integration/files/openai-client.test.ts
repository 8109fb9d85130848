/** The published client of OpenAI against this api. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI, { toFile } from 'openai';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';

let stage: Stage;
let api: TestApi;
let client: Client;
let openai: OpenAI;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
  client = await stage.client(api);
  openai = new OpenAI({ apiKey: client.organization.key, baseURL: `${api.url}/v1`, maxRetries: 0 });
}, 30_000);

afterAll(() => stage.close(), 20_000);

describe('OpenAI’s client: files', () => {
  it('creates a file and reads the same back', async () => {
    const content = randomBytes(3_000_000);
    const created = await openai.files.create({ file: await toFile(content, 'Ümläute.csv'), purpose: 'assistants' });
    expect(created).toMatchObject({
      object: 'file',
      bytes: content.length,
      filename: 'Ümläute.csv',
      purpose: 'assistants',
    });
    expect(Math.abs(created.created_at - Date.now() / 1000)).toBeLessThan(60);
    expect(await openai.files.retrieve(created.id)).toEqual(created);
    const read = Buffer.from(await (await openai.files.content(created.id)).arrayBuffer());
    expect(read.equals(content)).toBe(true);
  });

  it('lists all files, page by page, newest first', async () => {
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      ids.unshift((await openai.files.create({ file: await toFile(Buffer.from(name), name), purpose: 'batch' })).id);
    }
    const listed: string[] = [];
    for await (const file of openai.files.list({ limit: 2, purpose: 'batch' })) listed.push(file.id);
    expect(listed).toEqual(ids);
  });

  it('deletes a file, and is told afterwards that there is none', async () => {
    const { id } = await openai.files.create({ file: await toFile(Buffer.from('x'), 'x.txt'), purpose: 'user_data' });
    expect(await openai.files.delete(id)).toEqual({ id, object: 'file', deleted: true });
    await expect(openai.files.retrieve(id)).rejects.toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});
