/** Files that are kept in S3: workers read them over signed addresses, without credentials of their own. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { given } from '../../helpers/given-files.ts';
import { startS3, type TestS3 } from '../../helpers/s3.ts';
import { startService, type Service } from '../../helpers/service.ts';

let s3: TestS3;
let service: Service;
beforeAll(async () => {
  s3 = await startS3();
  service = await startService({
    env: { FILES_STORAGE: 's3', S3_BUCKET: s3.bucket, S3_ENDPOINT: s3.endpoint, ...s3.credentials },
    workerEnv: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', WORKER_FILE_CACHE_BYTES: '0' },
  });
}, 120_000);
afterAll(async () => {
  await service.stop();
  await s3.stop();
}, 60_000);

const digestOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const DIGEST = 'import hashlib; print(hashlib.sha256(open("a.bin", "rb").read()).hexdigest())';

describe('input files: from S3', () => {
  it('arrive as they were sent', async () => {
    const content = randomBytes(3_000_000);
    const file = await given(service, content, { name: 'a.bin' });
    expect((await service.run(DIGEST, { files: [file] })).stdout).toBe(`${digestOf(content)}\n`);
  });

  it('are not given to code when they are damaged, and no address is told', async () => {
    const content = randomBytes(1_000);
    const file = await given(service, content, { name: 'a.bin' });
    const stored = s3.objectFile(`${service.tenant.id}/${digestOf(content)}`);
    const damaged = readFileSync(stored);
    damaged[1] = (damaged[1] ?? 0) ^ 1;
    writeFileSync(stored, damaged);
    const { id, exit, stdout } = await service.run(DIGEST, { files: [file] });
    expect({ reason: exit?.reason, stdout }).toEqual({ reason: 'sandbox_lost', stdout: '' });
    const told = service.workers.flatMap(({ lines }) => lines).filter((line) => line.includes(id));
    expect(told.join('\n')).toContain('damaged');
    expect(told.join('\n')).not.toMatch(/https?:|signature/i);
  });
});
