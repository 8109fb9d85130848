/** Sends and fetches large contents without holding them. */
import { randomBytes, randomFillSync } from 'node:crypto';
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const MIB = 1024 * 1024;
const BOUNDARY = 'bench-boundary';
const HEAD =
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="bench.bin"\r\n` +
  'Content-Type: application/octet-stream\r\n\r\n';
const TAIL = `\r\n--${BOUNDARY}--\r\n`;

export type Place = { readonly url: string; readonly key: string };

/** One block for all contents; what makes each another is its beginning. */
const block = randomFillSync(Buffer.alloc(MIB));

/** As `multipart/form-data`. @returns what was answered */
export async function uploadForm({ url, key }: Place, mib: number): Promise<string> {
  const length = HEAD.length + mib * MIB + TAIL.length;
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    'content-length': length,
  };
  return send(`${url}/v1/files`, headers, [Buffer.from(HEAD), ...contentOf(mib), Buffer.from(TAIL)]);
}

/** As the bare body. */
export async function uploadPlain(url: string, mib: number): Promise<string> {
  return send(url, { 'content-length': mib * MIB }, contentOf(mib));
}

/** @returns the bytes that came */
export async function download(url: string, key = ''): Promise<number> {
  const response = await answerTo(request(url, { agent: false, headers: { authorization: `Bearer ${key}` } }).end());
  let bytes = 0;
  response.on('data', (chunk: Buffer) => (bytes += chunk.length));
  await once(response, 'end');
  return bytes;
}

function contentOf(mib: number): Buffer[] {
  const first = Buffer.concat([randomBytes(32), block.subarray(32)]);
  return Array.from({ length: mib }, (_, at) => (at === 0 ? first : block));
}

async function send(url: string, headers: OutgoingHttpHeaders, pieces: readonly Buffer[]): Promise<string> {
  const req = request(url, { method: 'POST', agent: false, headers });
  const answer = answerTo(req);
  for (const piece of pieces) if (!req.write(piece)) await once(req, 'drain');
  req.end();
  return text(await answer);
}

async function answerTo(req: ReturnType<typeof request>): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    req.once('response', resolve).once('error', reject);
  });
  if (answer.statusCode !== 200) throw new Error(`HTTP ${String(answer.statusCode)}: ${await text(answer)}`);
  return answer;
}
