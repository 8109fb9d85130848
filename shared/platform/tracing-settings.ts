/** Where and what of the traces is sent. Names and meanings are OpenTelemetry's. */
import { z } from 'zod';
import { urlOf, type SettingMeta } from './settings.ts';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const meta = (of: SettingMeta): SettingMeta => of;
const collectorUrl = (description: string) =>
  urlOf(['http:', 'https:'])
    .optional()
    .meta(meta({ description, allowed: 'a URL: `https://` or `http://`', defaultText: 'none: no traces' }));

/** OpenTelemetry's packages read address, headers, name and attributes by themselves. */
export const TRACING_SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl(
    'The OpenTelemetry collector that spans are sent to; `/v1/traces` is added to its path.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collectorUrl(
    'The whole address for spans; it counts before `OTEL_EXPORTER_OTLP_ENDPOINT`.',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .optional()
    .meta(
      meta({ description: 'Secret: headers for the collector, such as its key.', allowed: '`name=value,name=value`' }),
    ),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/json'])
    .default('http/json')
    .meta(meta({ description: 'How spans are sent: OTLP over HTTP, as JSON.' })),
  OTEL_TRACES_EXPORTER: z
    .enum(['otlp', 'none'])
    .default('otlp')
    .meta(meta({ description: '`none` sends no traces, whatever else is set.' })),
  OTEL_SDK_DISABLED: z
    .enum(['true', 'false'])
    .default('false')
    .meta(meta({ description: '`true` does the same as `OTEL_TRACES_EXPORTER=none`.' })),
  OTEL_TRACES_SAMPLER: z
    .enum(SAMPLERS)
    .default('parentbased_always_on')
    .meta(
      meta({
        description: 'Which traces are sent. With `parentbased_` a client decides for the traces that it began.',
      }),
    ),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(?:0|1|[01]?\.\d{1,9})$/, 'must be a number from 0 to 1')
    .transform(Number)
    .pipe(z.number().min(0).max(1))
    .default(1)
    .meta(meta({ description: 'Share of the traces that the samplers with `traceidratio` send.' })),
  OTEL_SERVICE_NAME: z
    .string()
    .optional()
    .meta(
      meta({
        description: 'Name of the process in its traces.',
        defaultText: '`code-interpreter-api`, `code-interpreter-worker`',
        allowed: 'any text',
      }),
    ),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .optional()
    .meta(meta({ description: 'What else its traces say of the process.', allowed: '`name=value,name=value`' })),
} as const;

export type TracingSettings = Readonly<z.infer<z.ZodObject<typeof TRACING_SETTINGS>>>;

/** Whether a collector is named. */
export function isTracingOn(settings: TracingSettings): boolean {
  const isNamed =
    settings.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined || settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined;
  return isNamed && settings.OTEL_TRACES_EXPORTER === 'otlp' && settings.OTEL_SDK_DISABLED === 'false';
}
