/** Makes responses in the background in this process until it closes. */
import { createQuietWarning } from '../shared/platform/quiet-warning.ts';
import { openResponseConsumer } from '../shared/queue/response-queue.ts';
import type { Services } from './create-services.ts';
import type { OpenDeps } from './open-adapters.ts';

/** Several times within the minute after which a model counts as gone. */
const TELL_MODELS_MS = 10_000;
/** Responses in the background that one process makes at a time. */
const MADE_AT_ONCE_MAX = 20;

export function startResponses(
  { config, log, lifecycle }: OpenDeps,
  { background, making }: Pick<Services, 'background' | 'making'>,
): void {
  const warn = createQuietWarning(log);
  const consumer = openResponseConsumer({
    redisUrl: config.REDIS_URL,
    namespace: config.REDIS_NAMESPACE,
    concurrency: MADE_AT_ONCE_MAX,
    process: () => background.work(),
    report: (error) => {
      warn({ err: error }, 'the responses consumer has a problem');
    },
  });
  void background.tellModels();
  const telling = setInterval(() => void background.tellModels(), TELL_MODELS_MS);
  consumer.start();
  lifecycle.onClose('responses', async () => {
    clearInterval(telling);
    background.close();
    await Promise.all([making.close(), consumer.close()]);
  });
}
