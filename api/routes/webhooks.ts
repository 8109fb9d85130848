/** Webhooks: where results are posted to, with which secrets, and the log of it. */
import type { Route } from '../http/define-route.ts';
import { createAdminWebhookRoutes, type WebhookRouteServices } from './admin-webhooks.ts';
import { createWebhookDeliveryRoutes } from './webhook-deliveries.ts';
import { createWebhookEndpointRoutes } from './webhook-endpoints.ts';
import { createWebhookSecretRoutes } from './webhook-secrets.ts';

export function createWebhookRoutes(services: WebhookRouteServices): Route[] {
  return [
    ...createWebhookEndpointRoutes(services.webhookEndpoints),
    ...createWebhookSecretRoutes(services.webhookEndpoints),
    ...createWebhookDeliveryRoutes(services.webhookDeliveries),
    ...createAdminWebhookRoutes(services),
  ];
}
