/** The endpoints of an organization, and its secret for callbacks. What is changed is written down. */
import type { Origin } from '../../shared/contracts/audit.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import type { OrganizationId, WebhookEndpointId } from '../../shared/contracts/ids.ts';
import { WEBHOOK_ENDPOINTS_PER_ORGANIZATION_MAX } from '../../shared/contracts/limits.ts';
import {
  WEBHOOK_EVENT_TYPES,
  type ChangeWebhookEndpoint,
  type CreateWebhookEndpoint,
  type WebhookDelivery,
  type WebhookEndpoint,
  type WebhookEndpointWithSecret,
  type WebhookSecret,
} from '../../shared/contracts/webhook.ts';
import type { WebhookDeliveryStore } from '../store/webhook-delivery-store.ts';
import type { WebhookEndpointRow, WebhookEndpointStore } from '../store/webhook-endpoint-store.ts';
import type { WebhookSecretStore } from '../store/webhook-secret-store.ts';
import type { WebhookUpkeepStore } from '../store/webhook-upkeep-store.ts';
import type { Audit } from './audit.ts';
import { newWebhookSecret } from './webhook-signature.ts';
import { toDelivery, toEndpoint, toSecret } from './webhook-view.ts';

export type WebhookEndpointsDeps = {
  readonly endpoints: WebhookEndpointStore;
  readonly secrets: WebhookSecretStore;
  readonly deliveries: Pick<WebhookDeliveryStore, 'addTest'>;
  readonly upkeep: Pick<WebhookUpkeepStore, 'giveUp'>;
  readonly audit: Pick<Audit, 'attempt'>;
  /** What is wrong with a URL, as the end of a sentence. */
  readonly urlProblem: (url: string) => string | undefined;
  readonly newEndpointId: () => WebhookEndpointId;
  readonly now: () => Date;
  /** There may be something to send. */
  readonly nudge: () => void;
};

/** Whose endpoint, and who asks. */
export type Asking = { readonly organizationId: OrganizationId; readonly origin: Origin };
export type AskingFor = Asking & { readonly id: WebhookEndpointId };

const GIVEN_UP_AT_ONCE = 1_000;

export function createWebhookEndpoints(deps: WebhookEndpointsDeps) {
  const { endpoints, secrets, deliveries, upkeep, audit, newEndpointId, now, nudge } = deps;

  const act = ({ organizationId, origin }: Asking, action: string, targetId?: string) => ({
    ...origin,
    action,
    organizationId,
    ...(targetId !== undefined && { targetId }),
  });

  /** @throws AppError VALIDATION_ERROR with the field at fault */
  function assertUrl(url: string | undefined, param = 'url'): void {
    const problem = url === undefined ? undefined : deps.urlProblem(url);
    if (problem !== undefined) throw new AppError('VALIDATION_ERROR', `${param}: ${problem}`, { param });
  }

  const shown = (row: WebhookEndpointRow): WebhookEndpoint => toEndpoint(row, now());
  const withSecret = (row: WebhookEndpointRow): WebhookEndpointWithSecret => ({ ...shown(row), secret: row.secret });

  /** What is wrong with a `callback_url` is told like a malformed one. @throws AppError VALIDATION_ERROR */
  function assertCallbackUrl(url: string | undefined): void {
    assertUrl(url, 'callback_url');
  }

  return {
    assertCallbackUrl,

    /** @throws AppError VALIDATION_ERROR, TOO_MANY_WEBHOOK_ENDPOINTS, RATE_LIMITED */
    async create(asking: Asking, input: CreateWebhookEndpoint): Promise<WebhookEndpointWithSecret> {
      assertUrl(input.url);
      const { url, events = WEBHOOK_EVENT_TYPES, description = '' } = input;
      const endpoint = { id: newEndpointId(), url, events, description, secret: newWebhookSecret() };
      return audit.attempt(act(asking, 'webhook_endpoint.create', endpoint.id), async () => {
        const row = await endpoints.insert(asking.organizationId, endpoint, WEBHOOK_ENDPOINTS_PER_ORGANIZATION_MAX);
        if (row === undefined) throw tooMany();
        return withSecret(row);
      });
    },

    /** Newest first. */
    async list(organizationId: OrganizationId): Promise<WebhookEndpoint[]> {
      return (await endpoints.list(organizationId)).map(shown);
    },

    /** @throws AppError NOT_FOUND */
    async read({ organizationId, id }: Omit<AskingFor, 'origin'>): Promise<WebhookEndpoint> {
      return shown(found(await endpoints.find(organizationId, id)));
    },

    /** What waits for one that is switched off is given up. @throws AppError NOT_FOUND, VALIDATION_ERROR, RATE_LIMITED */
    async change(asking: AskingFor, change: ChangeWebhookEndpoint): Promise<WebhookEndpoint> {
      assertUrl(change.url);
      const { organizationId, id } = asking;
      const details = { fields: Object.keys(change) };
      const row = await audit.attempt({ ...act(asking, 'webhook_endpoint.change', id), details }, async () =>
        found(await endpoints.update(organizationId, id, change)),
      );
      if (row.status === 'disabled') while ((await upkeep.giveUp(id, GIVEN_UP_AT_ONCE)) === GIVEN_UP_AT_ONCE);
      return shown(row);
    },

    /** With its deliveries. @throws AppError NOT_FOUND, RATE_LIMITED */
    async delete(asking: AskingFor): Promise<void> {
      const { organizationId, id } = asking;
      await audit.attempt(act(asking, 'webhook_endpoint.delete', id), async () => {
        if (!(await endpoints.delete(organizationId, id))) throw noSuchEndpoint();
      });
    },

    /** @throws AppError NOT_FOUND, RATE_LIMITED */
    async rotate(asking: AskingFor, overlapSeconds: number): Promise<WebhookEndpointWithSecret> {
      const { organizationId, id } = asking;
      const rotation = { secret: newWebhookSecret(), overlapSeconds };
      const details = { overlap_s: overlapSeconds };
      return audit.attempt({ ...act(asking, 'webhook_secret.rotate', id), details }, async () =>
        withSecret(found(await endpoints.rotate(organizationId, id, rotation))),
      );
    },

    /** Sends a `webhook.test`, once, also to one that is switched off. @throws AppError NOT_FOUND, RATE_LIMITED */
    async test(asking: AskingFor): Promise<WebhookDelivery> {
      const { organizationId, id } = asking;
      const delivery = await audit.attempt(act(asking, 'webhook_endpoint.test', id), async () =>
        found(await deliveries.addTest(organizationId, id)),
      );
      nudge();
      return toDelivery(delivery);
    },

    /** The secret for callbacks; the first call makes it. */
    async defaultSecret(organizationId: OrganizationId): Promise<WebhookSecret> {
      return toSecret(await secrets.find(organizationId, newWebhookSecret()), now());
    },

    /** @throws AppError RATE_LIMITED */
    async rotateDefault(asking: Asking, overlapSeconds: number): Promise<WebhookSecret> {
      const rotation = { secret: newWebhookSecret(), overlapSeconds };
      const details = { overlap_s: overlapSeconds };
      return audit.attempt({ ...act(asking, 'webhook_secret.rotate'), details }, async () =>
        toSecret(await secrets.rotate(asking.organizationId, rotation), now()),
      );
    },
  };
}

export type WebhookEndpoints = ReturnType<typeof createWebhookEndpoints>;

function found<T>(row: T | undefined): T {
  if (row === undefined) throw noSuchEndpoint();
  return row;
}

export function noSuchEndpoint(): AppError {
  return new AppError('NOT_FOUND', 'Your organization has no such webhook endpoint.');
}

function tooMany(): AppError {
  const limit = WEBHOOK_ENDPOINTS_PER_ORGANIZATION_MAX;
  return new AppError(
    'TOO_MANY_WEBHOOK_ENDPOINTS',
    `Your organization has ${String(limit)} webhook endpoints, which is the most allowed.`,
    { details: { limit } },
  );
}
