/** What a step took, in words. Pure. */
import type { ModelStep } from '../../../../shared/contracts/operator-response.ts';
import { formatCount, formatDuration } from '../../parts/format.ts';

/** `first token after 310 ms`, `148 tokens in, 71 out`, `3 attempts`: what is known, and worth a word. */
export function stepFigures(took: ModelStep): readonly string[] {
  const { first_token_ms: firstTokenMs, input_tokens: tokensIn, output_tokens: tokensOut, attempts } = took;
  return [
    firstTokenMs === null ? 'no answer' : `first token after ${formatDuration(firstTokenMs)}`,
    tokensIn === null ? 'tokens unknown' : `${formatCount(tokensIn)} tokens in, ${formatCount(tokensOut)} out`,
    ...(attempts === 1 ? [] : [`${formatCount(attempts)} attempts`]),
  ];
}
