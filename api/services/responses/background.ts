/**
 * Makes responses in the background, on whichever process has room. The row is the truth: a job in the queue only says
 * that there is something to do, and what the queue loses is put in again.
 */
import type { ExecutionId, OrganizationId } from '../../../shared/contracts/ids.ts';
import { BACKGROUND_RESPONSES_RUNNING_MAX } from '../../../shared/contracts/limits.ts';
import type { Model } from '../../models/model.ts';
import type {
  ClaimableModels,
  ClaimedResponse,
  DueResponse,
  ResponseClaimStore,
} from '../../store/response-claim-store.ts';
import type { MakingResponses } from './making.ts';
import { RESPONSE_LOST, ResponseStop } from './response-end.ts';
import { SILENCE_MS } from './stops.ts';

export type BackgroundDeps = {
  readonly claims: Pick<ResponseClaimStore, 'claim' | 'due' | 'endGivenUp' | 'openExecutions'>;
  readonly queue: { add(due: readonly DueResponse[], looks: number): Promise<void> };
  readonly models: { find(name: string): Model | undefined; names(): string[] };
  /** Which models any process knows. */
  readonly knownModels: {
    tell(names: readonly string[]): Promise<void>;
    read(): Promise<Omit<ClaimableModels, 'own'>>;
  };
  readonly making: Pick<MakingResponses, 'make'>;
  /** Never rejects. */
  readonly abandon: (organizationId: OrganizationId, id: ExecutionId) => Promise<void>;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

/** So often is a response taken up before it counts as what brings processes down. */
const ATTEMPTS_MAX = 5;
const TERMS = { silenceMs: SILENCE_MS, attemptsMax: ATTEMPTS_MAX };
/**
 * Each job makes one process look for work, and whoever finds some goes on until none is left. A process that knows no
 * model that is waited for finds none: few responses make several processes look.
 */
const JOBS_PER_PASS = 20;

export function createBackground(deps: BackgroundDeps) {
  const { claims, queue, models, knownModels, making, abandon, report } = deps;
  const closing = new AbortController();

  async function abandonCode({ organization_id: organizationId, id }: Pick<ClaimedResponse, 'organization_id' | 'id'>) {
    const open = await claims.openExecutions(organizationId, id);
    await Promise.all(open.map((executionId) => abandon(organizationId, executionId)));
  }

  /** Never rejects. */
  async function enqueue(due: readonly DueResponse[]): Promise<void> {
    await queue.add(due, 1).catch((error: unknown) => {
      report('a response could not be queued yet', { error }); // the reconciler does it later
    });
  }

  async function makeOne(row: ClaimedResponse): Promise<void> {
    if (row.attempt > 1) {
      report('a response is gone on with', { responseId: row.id, attempt: row.attempt });
      await abandonCode(row); // nobody reads what it gives
    }
    await making.make({
      ...{ row, model: models.find(row.model), history: row.history ?? [] },
      ...{ signal: closing.signal, elapsedMs: row.elapsed_ms },
    });
  }

  return {
    enqueue,

    /** Tells the other processes which models this one knows. Never rejects. */
    async tellModels(): Promise<void> {
      await knownModels.tell(models.names()).catch((error: unknown) => {
        report('the models of this process could not be told', { error });
      });
    },

    /** Makes what waits, one after the other. Never rejects. */
    async work(): Promise<void> {
      try {
        while (!closing.signal.aborted) {
          const claimable = { own: models.names(), ...(await knownModels.read()) };
          const row = await claims.claim(TERMS, claimable, BACKGROUND_RESPONSES_RUNNING_MAX);
          if (row === undefined) return;
          await makeOne(row);
        }
      } catch (error) {
        report('responses in the background cannot be made', { error });
      }
    },

    /** For the reconciler: ends what nobody will make, and puts into the queue again what nobody makes. */
    async backgroundResponses(): Promise<void> {
      const givenUp = await claims.endGivenUp(TERMS, RESPONSE_LOST);
      for (const one of givenUp) {
        report('a response was given up', { responseId: one.id });
        await abandonCode(one);
      }
      const due = await claims.due(TERMS, JOBS_PER_PASS);
      if (due.length > 0) await queue.add(due, Math.ceil(JOBS_PER_PASS / due.length));
    },

    /** Takes up nothing any more. */
    close(): void {
      closing.abort(new ResponseStop('closing'));
    },
  };
}

export type Background = ReturnType<typeof createBackground>;
