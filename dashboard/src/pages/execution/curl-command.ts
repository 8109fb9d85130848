/** An execution as the command that would run it again. Pure. */
import type { OperatorExecution } from '../../../../shared/contracts/operator-execution.ts';

type Asked = Pick<
  OperatorExecution,
  'code' | 'stdin' | 'timeout_ms' | 'memory_mb' | 'isolation' | 'figure_format' | 'files' | 'metadata'
>;

/** For a shell that has the organization's key in `API_KEY`. */
export function curlCommand(origin: string, asked: Asked): string {
  const body = {
    code: asked.code,
    ...(asked.stdin !== '' && { stdin: asked.stdin }),
    timeout_ms: asked.timeout_ms,
    memory_mb: asked.memory_mb,
    isolation: asked.isolation,
    figure_format: asked.figure_format,
    ...(asked.files.length > 0 && { files: asked.files.map(({ file_id, name }) => ({ file_id, name })) }),
    ...(Object.keys(asked.metadata).length > 0 && { metadata: asked.metadata }),
  };
  return [
    `curl -sS ${quoted(`${origin}/v1/executions`)} \\`,
    '  -H "authorization: Bearer $API_KEY" \\',
    "  -H 'content-type: application/json' \\",
    `  -d ${quoted(JSON.stringify(body, null, 2))}`,
  ].join('\n');
}

/** As one word of a POSIX shell, which looks at nothing within single quotes. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
