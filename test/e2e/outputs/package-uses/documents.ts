/** Packages that write and read documents, all through `BytesIO`. */
import type { PackageUse } from './package-use.ts';

export const SHEETS: readonly PackageUse[] = [
  [
    'openpyxl',
    'import io, openpyxl\nbook = openpyxl.Workbook()\nbook.active["A1"] = 41\nbook.save(file := io.BytesIO())\nprint(openpyxl.load_workbook(file).active["A1"].value)',
    '41',
  ],
  [
    'xlsxwriter',
    'import pandas as pd\nwith pd.ExcelWriter(file := io.BytesIO(), engine="xlsxwriter") as writer:\n    pd.DataFrame({"a": [42]}).to_excel(writer, index=False)\nprint(pd.read_excel(file).a[0])',
    '42',
  ],
  [
    'xlwt',
    'import xlwt\nbook = xlwt.Workbook()\nbook.add_sheet("s").write(0, 0, 43)\nbook.save(file := io.BytesIO())',
    '',
  ],
  [
    'xlrd',
    'import xlrd\nprint(xlrd.open_workbook(file_contents=file.getvalue()).sheet_by_index(0).cell_value(0, 0))',
    '43.0',
  ],
  [
    'odf',
    'with pd.ExcelWriter(file := io.BytesIO(), engine="odf") as writer: pd.DataFrame({"a": [44]}).to_excel(writer, index=False)\nprint(pd.read_excel(file, engine="odf").a[0])',
    '44',
  ],
  [
    'docx',
    'import docx\ndocument = docx.Document()\ndocument.add_heading("Title")\ndocument.add_table(1, 2).cell(0, 0).text = "cell"\ndocument.save(file := io.BytesIO())\nprint(docx.Document(file).paragraphs[0].text)',
    'Title',
  ],
  [
    'ebooklib',
    'from ebooklib import epub\nbook = epub.EpubBook()\nbook.set_title("T")\nepub.write_epub(file := io.BytesIO(), book)\nimport zipfile\nprint(zipfile.ZipFile(file).namelist()[0])',
    'mimetype',
  ],
  ['striprtf', 'from striprtf.striprtf import rtf_to_text\nprint(rtf_to_text(r"{\\rtf1 Hello}"))', 'Hello'],
  ['olefile', 'import olefile\nprint(olefile.isOleFile(data=b"no"))', 'False'],
];

export const PAGES: readonly PackageUse[] = [
  [
    'reportlab',
    'import io\nfrom reportlab.pdfgen.canvas import Canvas\ncanvas = Canvas(file := io.BytesIO())\ncanvas.drawString(100, 700, "Hello page")\ncanvas.save()\nprint(file.getvalue()[:4])',
    "b'%PDF'",
  ],
  ['pypdf', 'import pypdf\nprint(pypdf.PdfReader(file).pages[0].extract_text().strip())', 'Hello page'],
  ['pdfminer', 'from pdfminer.high_level import extract_text\nprint(extract_text(file).strip())', 'Hello page'],
  [
    'pikepdf',
    'import pikepdf\nwith pikepdf.open(file) as pdf:\n    pdf.pages.append(pdf.pages[0])\n    pdf.save(io.BytesIO())\n    print(len(pdf.pages))',
    '2',
  ],
  [
    'fpdf',
    'import fpdf\npdf = fpdf.FPDF()\npdf.add_page()\npdf.set_font("helvetica", size=12)\npdf.cell(text="x")\nprint(bytes(pdf.output())[:4])',
    "b'%PDF'",
  ],
  [
    'img2pdf',
    'import img2pdf\nfrom PIL import Image\nImage.new("RGB", (9, 9)).save(picture := io.BytesIO(), "JPEG")\nprint(img2pdf.convert(picture.getvalue())[:4])',
    "b'%PDF'",
  ],
  ['pylatex', 'import pylatex\nprint(pylatex.Section("A").dumps().splitlines()[0])', '\\section{A}%'],
  [
    'weasyprint',
    'import weasyprint\nhtml = "<style>@font-face {font-family: x; src: url(file:///usr/share/fonts/truetype/dejavu/DejaVuSans.ttf)} h1 {font-family: x}</style><h1>Ω 日本語 ☺</h1><p>" + "word " * 2000\nprint(weasyprint.HTML(string=html).write_pdf()[:4])',
    "b'%PDF'",
  ],
];
