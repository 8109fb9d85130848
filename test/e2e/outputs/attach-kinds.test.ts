/** Files out of a sandbox that has no file system: every kind of data, through a real container, down to the download. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startService, type Service } from '../../helpers/service.ts';
import { download, errorOf, filesOf, FRAME, PLOT } from './downloads.ts';
import { pngSize } from './png-size.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
}, 120_000);
afterAll(() => service.stop(), 60_000);

const MIB = 1024 * 1024;
const IMAGE = 'from PIL import Image\nimage = Image.new("RGBA", (8, 8), (255, 0, 0, 128))\n';

/** The one file that the code attaches, as it is downloaded. */
async function attached(code: string) {
  const execution = await service.run(code);
  expect(errorOf(execution)).toBeUndefined();
  const [file] = filesOf(execution);
  if (file === undefined) throw new Error('no file');
  const { bytes } = await download(service, execution, execution.outputs.indexOf(file));
  expect(bytes).toEqual(Buffer.from(file.content_base64, 'base64'));
  expect(file.size_bytes).toBe(bytes.length);
  return { name: file.name, type: file.mime_type, bytes, text: bytes.toString('utf8') };
}

describe('attach: kinds of data', () => {
  it.each([
    ['bytes', 'attach("a.bin", bytes(range(256)))', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['a bytearray', 'attach("a.bin", bytearray(b"\\x00\\xff"))', Buffer.from([0, 255])],
    ['a memoryview', 'attach("a.bin", memoryview(b"abcd")[::2])', Buffer.from('ac')],
    ['text', 'attach("a.txt", "é€😀")', Buffer.from('é€😀')],
    ['nothing', 'attach("a.txt", "")', Buffer.alloc(0)],
    [
      'BytesIO that stands at its end',
      'import io\nf = io.BytesIO()\nf.write(b"abc")\nattach("a", f)',
      Buffer.from('abc'),
    ],
    ['StringIO', 'import io\nattach("a", io.StringIO("é"))', Buffer.from('é')],
    [
      'a temporary file',
      'import tempfile\nwith tempfile.TemporaryFile() as f:\n    f.write(b"abc")\n    attach("a", f)',
      Buffer.from('abc'),
    ],
  ])('takes %s', async (_what, code, expected) => {
    expect((await attached(code)).bytes).toEqual(expected);
  });

  it.each([
    ['a frame as CSV', `${FRAME}attach("t.csv", df)`, 'a,é\n1,x\n2,"y,z"\n'],
    ['a frame with an index that says something', `${FRAME}attach("t.csv", df.set_index("a"))`, 'a,é\n1,x\n2,"y,z"\n'],
    ['a frame with rows left out', `${FRAME}attach("t.csv", df[df.a > 1])`, ',a,é\n1,2,"y,z"\n'],
    ['a frame as TSV', `${FRAME}attach("t.tsv", df)`, 'a\té\n1\tx\n2\ty,z\n'],
    ['a frame as JSON', `${FRAME}attach("t.json", df)`, '[{"a":1,"é":"x"},{"a":2,"é":"y,z"}]'],
    ['a series', `${FRAME}attach("t.csv", df.a)`, 'a\n1\n2\n'],
    ['a grouped series', `${FRAME}attach("t.csv", df.groupby("é").a.sum())`, 'é,a\nx,1\n"y,z",2\n'],
  ])('takes %s', async (_what, code, expected) => {
    expect((await attached(code)).text).toBe(expected);
  });

  it.each([
    ['a figure', `${PLOT}attach("plot", fig)`, 'image/png', '\x89PNG'],
    ['a figure as SVG', `${PLOT}attach("plot.svg", fig)`, 'image/svg+xml', '<?xml'],
    ['a figure as PDF', `${PLOT}attach("plot.PDF", fig)`, 'application/pdf', '%PDF-'],
    ['an image', `${IMAGE}attach("i.png", image)`, 'image/png', '\x89PNG'],
    ['an image with transparency as JPEG', `${IMAGE}attach("i.jpg", image)`, 'image/jpeg', '\xff\xd8\xff'],
  ])('takes %s', async (_what, code, type, start) => {
    const file = await attached(code);
    expect(file.type).toBe(type);
    expect(file.bytes.toString('latin1').startsWith(start)).toBe(true);
  });

  it.each([
    ['of 30,000 pixels a side', 'plt.figure(figsize=(300, 300), dpi=100)\nplt.plot([1, 2])', 1_900],
    ['of noise', 'import numpy as np\nplt.figure(figsize=(14, 14))\nplt.imshow(np.random.rand(1400, 1400, 3))', 400],
  ])(
    'makes a figure %s as readable as display does',
    async (_what, code, sidePixelsMin) => {
      const png = await attached(`import matplotlib.pyplot as plt\n${code}\nattach("plot.png", plt.gcf())`);
      const sides = pngSize(png.bytes.toString('base64'));
      expect(Math.max(...sides)).toBeLessThanOrEqual(2_000);
      expect(Math.min(...sides)).toBeGreaterThan(sidePixelsMin);
      expect(png.bytes.length).toBeLessThanOrEqual(3 * MIB);
    },
    30_000,
  );

  it('keeps a JPEG of a large figure small, too', async () => {
    const code = `${PLOT}fig.set_size_inches(300, 150)\nattach("plot.jpg", fig)`;
    expect((await attached(code)).bytes.length).toBeLessThan(MIB);
  });

  it('says what to attach in place of an SVG that is too large', async () => {
    const execution = await service.run(`${PLOT}ax.plot(range(150_000), "o")\nattach("plot.svg", fig)`);
    expect(errorOf(execution)).toMatchObject({
      name: 'ValueError',
      value: 'attach: as SVG the figure has over 4096 KiB; attach it as .png or .pdf',
    });
  });

  it.each([
    [
      'xlsx by openpyxl',
      'import io, openpyxl\nb = openpyxl.Workbook()\nb.active["A1"] = 42\nf = io.BytesIO()\nb.save(f)\nattach("b.xlsx", f)',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ],
    [
      'xlsx by pandas',
      `${FRAME}attach("b.xlsx", df)`,
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ],
    [
      'zip',
      'import io, zipfile\nf = io.BytesIO()\nwith zipfile.ZipFile(f, "w") as z:\n    z.writestr("a.txt", "abc")\nattach("b.zip", f)',
      'application/zip',
    ],
    [
      'xlsx by xlsxwriter',
      'import io, xlsxwriter\nf = io.BytesIO()\nwith xlsxwriter.Workbook(f) as b:\n    b.add_worksheet().write("A1", 42)\nattach("b.xlsx", f)',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ],
    [
      'docx',
      'import io, docx\nd = docx.Document()\nd.add_paragraph("abc")\nf = io.BytesIO()\nd.save(f)\nattach("d.docx", f)',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    [
      'ods',
      `${FRAME}import io\nf = io.BytesIO()\ndf.to_excel(f, engine="odf")\nattach("d.ods", f)`,
      'application/vnd.oasis.opendocument.spreadsheet',
    ],
  ])('takes %s made in memory', async (_what, code, type) => {
    const file = await attached(code);
    expect(file.type).toBe(type);
    expect(file.bytes.subarray(0, 2).toString()).toBe('PK');
  });

  it.each([
    [
      'reportlab',
      'import io\nfrom reportlab.pdfgen.canvas import Canvas\nf = io.BytesIO()\nc = Canvas(f)\nc.drawString(9, 9, "abc")\nc.save()\nattach("d.pdf", f)',
    ],
    [
      'pypdf',
      'import io, pypdf\nw = pypdf.PdfWriter()\nw.add_blank_page(99, 99)\nf = io.BytesIO()\nw.write(f)\nattach("d.pdf", f)',
    ],
  ])('takes a PDF by %s made in memory', async (_what, code) => {
    const file = await attached(code);
    expect(file.type).toBe('application/pdf');
    expect(file.bytes.subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('gives back a workbook that can be read again', async () => {
    const code = `import io\n${FRAME}f = io.BytesIO()\ndf.to_excel(f, index=False)\nprint(pd.read_excel(io.BytesIO(f.getvalue())).equals(df))\nattach("b.xlsx", f)`;
    const execution = await service.run(code);
    expect(execution.stdout).toBe('True\n');
    expect(filesOf(execution)).toHaveLength(1);
  });

  it.each([
    ['a number', 'attach("a", 1)', 'TypeError', 'BytesIO'],
    ['a list', 'attach("a", [1])', 'TypeError', 'BytesIO'],
    ['an open zip file', 'import io, zipfile\nattach("a", zipfile.ZipFile(io.BytesIO(), "w"))', 'TypeError', 'BytesIO'],
    ['a frame under a name that it cannot have', `${FRAME}attach("t.parquet", df)`, 'ValueError', '.xlsx'],
    ['a figure under a name that it cannot have', `${PLOT}attach("t.docx", fig)`, 'ValueError', '.svg'],
  ])('refuses %s with a sentence that helps', async (_what, code, name, word) => {
    const execution = await service.run(code);
    expect(execution.exit?.reason).toBe('exception');
    expect(errorOf(execution)).toMatchObject({ name, value: expect.stringContaining(word) });
    expect(errorOf(execution)?.traceback).not.toMatch(/runner|\/opt/);
    expect(filesOf(execution)).toEqual([]);
  });

  it('keeps files in their place among the outputs, and two of one name apart', async () => {
    const { outputs } = await service.run('print("a")\nattach("f", "1")\nprint("b")\nattach("f", "2")\n3');
    expect(outputs.map((output) => output.type)).toEqual(['text', 'file', 'text', 'file', 'result']);
    expect(outputs.flatMap((output) => (output.type === 'file' ? [output.content_base64] : []))).toEqual([
      'MQ==',
      'Mg==',
    ]);
  });
});
