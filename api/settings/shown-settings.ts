/**
 * What operators' pages show of the settings. Numbers, switches and choices are no secrets; of texts only those that are
 * named here are shown, and of addresses of other servers only those that are named here, without what a secret could
 * stand in. Everything else is told to be set, and no more. Pure.
 */
import { z } from 'zod';
import type { ShownSetting } from '../../shared/contracts/operator-settings.ts';

/** What it is called or where it stands, on the service's own side. */
const TEXTS = new Set([
  'HOST',
  'METRICS_HOST',
  'REDIS_NAMESPACE',
  'SERVICE_USER',
  'FILES_DIRECTORY',
  'S3_BUCKET',
  'S3_REGION',
  'MODEL_DEFAULT',
  'WEBHOOK_PORTS',
  'OTEL_SERVICE_NAME',
  'OTEL_TRACES_SAMPLER_ARG',
]);

/** Shown as scheme, host and port: keys stand before or behind them. */
const ADDRESSES = new Set([
  'DATABASE_URL',
  'REDIS_URL',
  'PUBLIC_URL',
  'S3_ENDPOINT',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
]);

const Meta = z.object({ description: z.string().default(''), unit: z.string().optional() });

/** @param values as they count */
export function shownSettings(
  shape: Readonly<Record<string, z.ZodType>>,
  values: Readonly<Record<string, unknown>>,
): ShownSetting[] {
  return Object.entries(shape).map(([name, schema]) => {
    const { description, unit = null } = Meta.parse(schema.meta() ?? {});
    const value = values[name];
    const told = { name, description, unit };
    if (value === undefined) return { ...told, value: null, state: 'unset' };
    const shown = shownValue(name, schema, value);
    if (shown === undefined) return { ...told, value: null, state: 'hidden' };
    return { ...told, value: shown, state: isDefault(schema, value) ? 'default' : 'set' };
  });
}

function shownValue(name: string, schema: z.ZodType, value: unknown): string | number | boolean | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (isChoice(schema) || TEXTS.has(name)) return typeof value === 'string' ? value : undefined;
  return ADDRESSES.has(name) ? placeOf(value) : undefined;
}

function placeOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const { protocol, host } = new URL(value);
  return `${protocol}//${host}`;
}

function isChoice(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodEnum) return true;
  if (!(schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)) return false;
  const inner = schema.unwrap();
  return inner instanceof z.ZodType && isChoice(inner);
}

function isDefault(schema: z.ZodType, value: unknown): boolean {
  const parsed = schema.safeParse(undefined);
  return parsed.success && parsed.data === value;
}
