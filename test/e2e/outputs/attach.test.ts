/** Attached files, figures and hints through a real container: names, limits, who may have them. */
import { parse as parseDisposition } from 'content-disposition';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FILES_COUNT_MAX, OUTPUTS_BYTES_MAX } from '../../../shared/contracts/limits.ts';
import { startService, type Service } from '../../helpers/service.ts';
import { download, errorOf, filesOf, FRAME, PLOT } from './downloads.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
}, 120_000);
afterAll(() => service.stop(), 60_000);

const FINE_NAMES = [
  ' ',
  '-rf',
  'a..',
  '...',
  'CON',
  'a"b\'c; filename=x.exe',
  '<img src=x onerror=alert(1)>.html',
  "=cmd|' C calc'!A0.csv",
  '100%41.csv',
  'e\u0301.csv',
  '👩\u200d🔬.png',
  'é'.repeat(127) + 'a',
];

describe('attach: names', () => {
  it('arrive as they are, however unusual', async () => {
    const execution = await service.run(`for name in ${JSON.stringify(FINE_NAMES)}: attach(name, name)`);
    expect(filesOf(execution).map(({ name }) => name)).toEqual(FINE_NAMES);
    for (const [n, name] of FINE_NAMES.entries()) {
      const { response, bytes } = await download(service, execution, n);
      expect(response.status).toBe(200);
      expect(parseDisposition(response.headers.get('content-disposition') ?? '')).toEqual(
        expect.objectContaining({ type: 'attachment', parameters: expect.objectContaining({ filename: name }) }),
      );
      expect(bytes.toString('utf8')).toBe(name);
    }
  });

  it('that are none are refused in the sandbox', async () => {
    const names = `["", ".", "..", "a/b", "/a", "a\\\\b", "a\\0", "a\\nb", "\\x1b[2J", "\\x85", "\\u2028", "\\u202ecod.exe", "\\ud800", "\\udcff.csv", "a" * 256, "é" * 128]`;
    const code = `refused = 0
for name in ${names}:
    try: attach(name, b"")
    except ValueError: refused += 1
print(refused)`;
    const execution = await service.run(code);
    expect(execution.stdout).toBe('16\n');
    expect(filesOf(execution)).toEqual([]);
  });

  it('that are none are dropped when the code writes the record itself', async () => {
    const code = `import json, os, struct
def record(**file):
    payload = json.dumps(file).encode()
    os.write(1023, struct.pack(">cI", b"f", len(payload)) + payload)
for name in ("../../etc/passwd", "a\\r\\nX-Evil: 1", "\\ud800", "", "a" * 256, "\\0"):
    record(name=name, mime_type="text/html", content_base64="")
record(name="a", mime_type="text/html\\r\\nX: y", content_base64="")
record(name="a", mime_type="text/html", content_base64="<script>")
record(name="good", mime_type="text/html", content_base64="YQ==")`;
    const execution = await service.run(code);
    expect(filesOf(execution).map(({ name }) => name)).toEqual(['good']);
    expect(execution.truncated.outputs).toBe(true);
    expect((await download(service, execution, 0)).response.status).toBe(200);
  });
});

describe('attach: limits', () => {
  it('takes twenty files and refuses the next', async () => {
    const all = await service.run(`for n in range(${String(FILES_COUNT_MAX)}): attach(f"{n}", "x")`);
    expect(all).toMatchObject({ status: 'completed', truncated: { outputs: false } });
    expect(filesOf(all)).toHaveLength(FILES_COUNT_MAX);
    const over = await service.run(`for n in range(${String(FILES_COUNT_MAX + 1)}): attach(f"{n}", "x")`);
    expect(filesOf(over)).toHaveLength(FILES_COUNT_MAX);
    expect(errorOf(over)).toMatchObject({ name: 'ValueError', value: expect.stringContaining('20 files') });
  });

  it('takes what just fits, whole, and refuses a byte more', async () => {
    const code = `import random
data = random.Random(1).randbytes(8 * 1024 * 1024)
try:
    attach("a.bin", data)
except ValueError as error:
    room = int(str(error).split("room for ")[1].split(":")[0])
try:
    attach("a.bin", data[:room + 3])
except ValueError:
    attach("a.bin", data[:room])
import hashlib
print(room, hashlib.sha256(data[:room]).hexdigest())`;
    const execution = await service.run(code);
    expect(execution).toMatchObject({ status: 'completed', truncated: { outputs: false } });
    const [room, sha256] = execution.stdout.trim().split(' ');
    const { bytes } = await download(service, execution, 0);
    expect(bytes.length).toBe(Number(room));
    expect((bytes.length / 3) * 4).toBeGreaterThan(OUTPUTS_BYTES_MAX - 200);
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString('hex');
    expect(digest).toBe(sha256);
  }, 60_000);

  it('drops what forged records hold over the limits', async () => {
    const code = `import os, struct
def record(size):
    payload = b'{"name":"a","mime_type":"a/b","content_base64":"' + b"A" * size + b'"}'
    data = struct.pack(">cI", b"f", len(payload)) + payload
    while data: data = data[os.write(1023, data):]
record(9 * 1024 * 1024)
for n in range(30): record(4)`;
    const execution = await service.run(code);
    expect(filesOf(execution)).toHaveLength(FILES_COUNT_MAX);
    expect(execution.truncated.outputs).toBe(true);
  }, 60_000);
});

describe('attach: who gets it', () => {
  it('is its organization alone', async () => {
    const execution = await service.run('attach("secret.txt", "secret")');
    const other = await service.addTenant();
    expect((await download(service, execution, 0)).bytes.toString()).toBe('secret');
    const { response, bytes } = await download(service, execution, 0, other.key);
    expect(response.status).toBe(404);
    expect(bytes.toString()).not.toContain('secret');
  });

  it.each([
    ['SVG', `${PLOT}plt.show()`, { figure_format: 'svg' }, 'image/svg+xml'],
    ['HTML', `${FRAME}df`, {}, 'text/html; charset=utf-8'],
    ['an attached page', 'attach("a.html", "<script>alert(1)</script>")', {}, 'text/html'],
  ])('is never shown in place: %s', async (_what, code, fields, type) => {
    const execution = await service.run(code, fields);
    const { response } = await download(service, execution, 0);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(response.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('figure format', () => {
  it('is PNG unless the request says SVG, in one sandbox from run to run', async () => {
    const shown = async (fields: Readonly<Record<string, unknown>>) => {
      const { outputs } = await service.run(`${PLOT}plt.show()`, fields);
      return outputs.flatMap((output) => (output.type === 'display' ? Object.keys(output.data) : []));
    };
    expect(await shown({})).toContain('image/png');
    const svg = await shown({ figure_format: 'svg' });
    expect(svg).toContain('image/svg+xml');
    expect(svg).not.toContain('image/png');
    expect(await shown({ figure_format: 'png' })).toContain('image/png');
  });
});

describe('exit hints', () => {
  it.each([
    { what: 'runs too long', code: 'while True: pass', timeout_ms: 300, reason: 'timed_out', word: 'timeout_ms' },
    {
      what: 'takes all memory',
      code: 'b = []\nwhile True: b.append(bytearray(16 << 20))',
      reason: 'out_of_memory',
      word: 'memory_mb',
    },
    {
      what: 'writes without end',
      code: 'import os\nwhile True: os.write(1, b"x" * 65_536)',
      reason: 'output_limit',
      word: 'attach',
    },
    { what: 'crashes', code: 'import os\nos.kill(os.getpid(), 11)', reason: 'killed', word: 'SIGSEGV' },
  ])(
    'say what to do when code $what',
    async ({ code, timeout_ms = 20_000, reason, word }) => {
      const { exit } = await service.run(code, { timeout_ms });
      expect(exit).toMatchObject({ reason, hint: expect.stringContaining(word) });
    },
    60_000,
  );

  it('are not there where the code ended by itself', async () => {
    expect((await service.run('1 / 0')).exit).toEqual({ reason: 'exception', code: 1, signal: null });
  });
});
