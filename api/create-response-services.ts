/** Wires responses: models, assistants, the loop and what it runs code with. */
import type { BlobStorage } from '../shared/blobs/storage.ts';
import { AssistantId, ResponseId } from '../shared/contracts/ids.ts';
import { newId } from '../shared/platform/new-id.ts';
import type { Config } from './config.ts';
import type { ApiMetrics } from './metrics.ts';
import type { Queues, Stores } from './open-adapters.ts';
import type { Models } from './open-models.ts';
import { keyOf } from './services/blobs.ts';
import type { EventStreams } from './services/event-streams.ts';
import type { OrganizationSettingsReader } from './services/organization-settings.ts';
import type { Packages } from './services/packages.ts';
import { createAssistants } from './services/responses/assistants.ts';
import { createBackground } from './services/responses/background.ts';
import { createFileDescriptions } from './services/responses/file-descriptions.ts';
import { createFilePictures, type FilePicturesDeps } from './services/responses/file-pictures.ts';
import { createFollow } from './services/responses/follow.ts';
import { createMaking } from './services/responses/making.ts';
import { createModelList } from './services/responses/model-list.ts';
import { createNewResponses } from './services/responses/new-response.ts';
import { createResponseFiles } from './services/responses/response-files.ts';
import { createResponses } from './services/responses/responses.ts';
import { createResponseSteps } from './services/responses/response-steps.ts';
import { createRunCode } from './services/responses/run-code.ts';
import { createTaking } from './services/responses/taking.ts';
import { createSystemTools } from './services/responses/system-tools.ts';
import type { RunExecution } from './services/run-execution.ts';

export type ResponseServiceDeps = {
  readonly config: Config;
  readonly stores: Stores;
  readonly queues: Queues;
  readonly models: Models;
  readonly runs: RunExecution;
  readonly storage: Pick<BlobStorage, 'read'>;
  readonly streams: EventStreams;
  readonly packages: Packages;
  readonly settings: OrganizationSettingsReader;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  /** Called when a response has ended. */
  readonly onEnded: () => void;
  readonly metrics: Pick<ApiMetrics, 'onResponseEnded' | 'onModelStep'>;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export function createResponseServices(deps: ResponseServiceDeps) {
  const { config, stores, queues, models, runs, streams, settings, nowMs, report } = deps;
  const { responses: store, responseProgress: progress, assistants, conversations } = stores;
  const { subscriber, cancels, responseLog: log } = queues;
  const packages = () => deps.packages.list().catch(() => undefined); // a model does without
  const onEvents = (id: string, listener: () => void) => subscriber.onEvents(id, listener);
  const follow = createFollow({ store, log, onEvents, streamsMax: config.EVENT_STREAMS_MAX });
  const openContent: FilePicturesDeps['openContent'] = (blob, range) => deps.storage.read(keyOf(blob), range);
  const making = createMaking({
    store: progress,
    log,
    runCode: createRunCode({ runs, streams, report }),
    onCancel: (listener) => subscriber.onCancel(listener),
    packages,
    pictures: createFilePictures({ openContent, report }),
    newItemId: (kind) => newId(kind === 'call' ? 'ci' : 'msg'),
    nowMs,
    timeMsMax: config.RESPONSE_SECONDS_MAX * 1000,
    onEnded: (model, end) => {
      deps.metrics.onResponseEnded(model, end);
      deps.onEnded();
    },
    onModelStep: deps.metrics.onModelStep,
    report,
  });
  const newResponses = createNewResponses({
    models,
    assistants,
    settings,
    responses: store,
    conversations,
    files: createResponseFiles({
      store: stores.files,
      descriptions: createFileDescriptions({ openContent, report }),
    }),
    conversationFiles: stores.conversationFiles,
    newResponseId: () => ResponseId.parse(newId('resp')),
  });
  const taking = createTaking({ insertion: stores.responseInsertion, store, newResponses });
  const background = createBackground({
    claims: stores.responseClaims,
    queue: queues.responses,
    knownModels: queues.knownModels,
    models,
    making,
    abandon: (organizationId, id) => runs.abandon(organizationId, id),
    report,
  });
  return {
    responses: createResponses({ store, taking, making, background, follow, cancels, log, report }),
    responseStreams: follow,
    background,
    making,
    assistants: createAssistants({
      store: assistants,
      models,
      files: stores.files,
      newAssistantId: () => AssistantId.parse(newId('asst')),
    }),
    modelList: createModelList({ models }),
    systemTools: createSystemTools({ settings, models, packages }),
    responseSteps: createResponseSteps({
      store: progress,
      background,
      runs,
      retentionDays: config.RETENTION_DAYS,
      nowMs,
      report,
    }),
  };
}
