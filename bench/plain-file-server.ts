/**
 * What the measurements of files are compared with: a process that writes what it is sent to the disk, durably, and sends
 * it back, and does nothing else. Its one argument is the directory; it prints its address.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const file = join(process.argv[2] ?? '.', 'plain');

const server = createServer((req, res) => {
  void (req.method === 'POST' ? take(req, res) : pipeline(createReadStream(file), res));
});

async function take(req: IncomingMessage, res: ServerResponse): Promise<void> {
  await pipeline(req, createWriteStream(file, { flush: true }));
  res.end();
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ msg: 'listening', url: `http://127.0.0.1:${String(port)}` })}\n`);
});
