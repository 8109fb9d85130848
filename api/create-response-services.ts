/** Wires responses: models, assistants, the loop and what it runs code with. */
import { AssistantId, ResponseId } from '../shared/contracts/ids.ts';
import { newId } from '../shared/platform/new-id.ts';
import type { Config } from './config.ts';
import { createModels } from './models/registry.ts';
import type { Queues, Stores } from './open-adapters.ts';
import type { EventStreams } from './services/event-streams.ts';
import type { OrganizationSettingsReader } from './services/organization-settings.ts';
import type { Packages } from './services/packages.ts';
import { createAssistants } from './services/responses/assistants.ts';
import { createFollow } from './services/responses/follow.ts';
import { createMaking } from './services/responses/making.ts';
import { createNewResponses } from './services/responses/new-response.ts';
import { createResponses } from './services/responses/responses.ts';
import { createResponseSteps } from './services/responses/response-steps.ts';
import { createRunCode } from './services/responses/run-code.ts';
import { createSystemTools } from './services/responses/system-tools.ts';
import type { RunExecution } from './services/run-execution.ts';

export type ResponseServiceDeps = {
  readonly config: Config;
  readonly stores: Stores;
  readonly queues: Queues;
  readonly runs: RunExecution;
  readonly streams: EventStreams;
  readonly packages: Packages;
  readonly settings: OrganizationSettingsReader;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export function createResponseServices(deps: ResponseServiceDeps) {
  const { config, stores, queues, runs, streams, settings, nowMs, report } = deps;
  const { responses: store, responseProgress: progress, assistants, conversations } = stores;
  const { subscriber, cancels, responseLog: log } = queues;
  const models = createModels({
    definitions: config.models,
    keys: config.modelKeys,
    defaultName: config.MODEL_DEFAULT,
    silenceMs: config.MODEL_SILENCE_S * 1000,
  });
  const packages = () => deps.packages.list().catch(() => undefined); // a model does without
  const onEvents = (id: string, listener: () => void) => subscriber.onEvents(id, listener);
  const follow = createFollow({ store, log, onEvents });
  const making = createMaking({
    store: progress,
    log,
    runCode: createRunCode({ runs, streams, report }),
    onCancel: (listener) => subscriber.onCancel(listener),
    packages,
    newItemId: (kind) => newId(kind === 'call' ? 'ci' : 'msg'),
    timeMsMax: config.RESPONSE_SECONDS_MAX * 1000,
    report,
  });
  const newResponses = createNewResponses({
    models,
    assistants,
    settings,
    responses: store,
    conversations,
    newResponseId: () => ResponseId.parse(newId('resp')),
  });
  return {
    responses: createResponses({ store, newResponses, making, follow, cancels, log, onEvents, report }),
    making,
    assistants: createAssistants({
      store: assistants,
      models,
      newAssistantId: () => AssistantId.parse(newId('asst')),
    }),
    systemTools: createSystemTools({ settings, models, packages }),
    responseSteps: createResponseSteps({ store: progress, runs, retentionDays: config.RETENTION_DAYS, nowMs, report }),
  };
}
