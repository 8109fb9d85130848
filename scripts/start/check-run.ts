/** One execution through the whole path, as a client would send it. */
import { z } from 'zod';
import { Sentence } from '../setup/sentence.ts';

/** What $10,000 grow to at 7 % in 20 years. */
const CODE = `principal = 10000
rate = 0.07
years = 20
result = principal * (1 + rate) ** years
print(f'\${result:,.2f}')`;

const WAIT_S = 30;

const Answer = z.object({ status: z.string(), stdout: z.string().optional() });

/**
 * @returns what the code printed and how long the request took
 * @throws Sentence when it was refused or did not complete
 */
export async function runCheck(
  baseUrl: string,
  key: string,
): Promise<{ readonly printed: string; readonly durationMs: number }> {
  const startedMs = performance.now();
  let status: number;
  let body: string;
  try {
    const answer = await fetch(`${baseUrl}/v1/executions?wait=${String(WAIT_S)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ code: CODE }),
      signal: AbortSignal.timeout((WAIT_S + 5) * 1_000),
    });
    status = answer.status;
    body = await answer.text();
  } catch (error) {
    throw new Sentence(`The check run got no answer from ${baseUrl}: ${String(error)}`, error);
  }
  const durationMs = performance.now() - startedMs;
  const parsed = status < 300 ? Answer.safeParse(JSON.parse(body)) : undefined;
  if (parsed?.success !== true || parsed.data.status !== 'completed') {
    throw new Sentence(`The check run did not complete (HTTP ${String(status)}): ${body.slice(0, 1_000)}`);
  }
  return { printed: (parsed.data.stdout ?? '').trim(), durationMs };
}

/** A request to paste into another terminal. */
export function curlCommand(baseUrl: string, key: string | null): string {
  const authorization = key === null ? '"Authorization: Bearer $API_KEY"' : `'Authorization: Bearer ${key}'`;
  return `curl -s '${baseUrl}/v1/executions?wait=${String(WAIT_S)}' -H ${authorization} -H 'Content-Type: application/json' -d '{"code":"print(1 + 1)"}'`;
}
