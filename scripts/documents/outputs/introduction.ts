/** What stands before and after the examples. Pure. */
import {
  FILES_COUNT_MAX,
  OUTPUTS_BYTES_MAX,
  OUTPUTS_COUNT_MAX,
  TEXT_BYTES_MAX,
} from '../../../shared/contracts/limits.ts';
import { counted } from './short-json.ts';

const MIB = 1024 * 1024;

export const INTRODUCTION = `# Outputs

What code shows comes back in \`outputs\` of its execution, in the order in which it was made, and while it runs as
\`execution.output\` events. Everything on this page was made by running the service.

| \`type\` | what | fields |
|---|---|---|
| \`text\` | what was written to \`sys.stdout\` and \`sys.stderr\` | \`stream\`, \`text\` |
| \`result\` | the value of the last expression | \`data\` |
| \`display\` | a figure, or what \`display(…)\` was given | \`data\` |
| \`file\` | what \`attach(name, data)\` was given | \`name\`, \`mime_type\`, \`size_bytes\`, \`content_base64\` |
| \`error\` | an exception that was not caught | \`name\`, \`value\`, \`traceback\`, \`hint\` where there is one |

\`data\` is a bundle: representations of one value by media type, each a text. Pictures are base64, but SVG is its own
text. JSON types (\`application/json\`, \`application/vnd.dataresource+json\`, \`application/vnd.plotly.v1+json\`) are JSON
texts: parse them once more. Show the richest that you know and keep \`text/plain\` for the rest. **HTML and SVG are what
the code made of them: treat them as hostile**, show them in a frame with \`sandbox\` or after cleaning.

\`GET /v1/executions/{id}/outputs/{n}\` gives output number \`n\`, from 0, as bytes to save; \`?media_type=\` chooses the
representation. The pictures of this page came that way. In the JSON long texts are cut at \`…\`.

**Limits**, all in [shared/contracts/limits.ts](../shared/contracts/limits.ts). \`truncated\` of the execution tells
what was cut.

| name | value | of |
|---|---|---|
| \`TEXT_BYTES_MAX\` | ${inMib(TEXT_BYTES_MAX)} | stdout and stderr together |
| \`OUTPUTS_BYTES_MAX\` | ${inMib(OUTPUTS_BYTES_MAX)} | results, displays, files and errors together, as JSON |
| \`OUTPUTS_COUNT_MAX\` | ${counted(OUTPUTS_COUNT_MAX)} | outputs of one execution |
| \`FILES_COUNT_MAX\` | ${counted(FILES_COUNT_MAX)} | files of one execution |

A representation has at most 1 MiB, a picture or JSON document 4 MiB, a value 6 MiB in all.

**Nothing is kept between executions**, in the same sandbox or another: no variables, imports, open figures, settings of
libraries, temporary files, processes. Send what the next one needs as code, as \`stdin\` or in \`files\`.
`;

export const FOOT = `## Worth knowing

- One processor: \`os.cpu_count()\` and the libraries' own counts say 1, and joblib's \`n_jobs\` runs in one process.
- \`os.system\` runs nothing and says so on stderr: there is no shell and no program but Python.
- \`SharedMemory\` is found by name in the process that made it and those forked from it later.
- \`hash()\` of a string is the same in the runs of one sandbox.
- Forked processes repeat numpy's global generator, as everywhere.

This page and its pictures are written by \`npm run outputs\`.
`;

function inMib(sizeBytes: number): string {
  return `${String(sizeBytes / MIB)} MiB`;
}
