/** Where results may be posted to, and how long that is tried. */
import { z } from 'zod';
import { WEBHOOK_BODY_BYTES_MAX } from '../../shared/contracts/limits.ts';
import { wholeNumber, type SettingMeta } from '../../shared/platform/settings.ts';

const meta = (of: SettingMeta): SettingMeta => of;
const trueOrFalse = (description: string) => z.enum(['true', 'false']).default('false').meta(meta({ description }));

const FAILING_DAYS_DEFAULT = 5;
const AT_ONCE_DEFAULT = 128;

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

export const WEBHOOK_SETTINGS = {
  WEBHOOK_ALLOW_PRIVATE: trueOrFalse(
    '`true` lets results be posted to private networks and to the host itself, also without TLS. Link-local addresses ' +
      'and those of cloud metadata stay refused. Only where every organization may reach what is there.',
  ),
  WEBHOOK_ALLOW_HTTP: trueOrFalse('`true` lets results be posted without TLS.'),
  WEBHOOK_PORTS: z
    .string()
    .refine((text) => text === 'any' || text.split(',').every(isPort), {
      error: 'must be any, or port numbers with commas between them',
    })
    .default('443,80')
    .meta(
      meta({
        description: 'Ports that results may be posted to.',
        allowed: '`any`, or port numbers with commas between them',
      }),
    ),
  WEBHOOK_BODY_BYTES_MAX: wholeNumber(128 * 1024, 16 * 1024 * 1024)
    .default(WEBHOOK_BODY_BYTES_MAX)
    .meta(meta({ description: 'Size of what is posted; larger results go without outputs.', unit: 'bytes' })),
  WEBHOOK_FAILING_DAYS: wholeNumber(1, 365)
    .default(FAILING_DAYS_DEFAULT)
    .meta(meta({ description: 'An endpoint is switched off after failing for so long.', unit: 'days' })),
  WEBHOOK_DELIVERIES_MAX: wholeNumber(1, 1_000)
    .default(AT_ONCE_DEFAULT)
    .meta(meta({ description: 'Deliveries that one api process has under way at once.', unit: 'deliveries' })),
} as const;

export type WebhookSettings = Readonly<z.infer<z.ZodObject<typeof WEBHOOK_SETTINGS>>>;

/** What the settings say of URLs. */
export function urlPolicyOf(settings: WebhookSettings) {
  const { WEBHOOK_PORTS: ports } = settings;
  return {
    allowPrivate: settings.WEBHOOK_ALLOW_PRIVATE === 'true',
    allowHttp: settings.WEBHOOK_ALLOW_HTTP === 'true',
    ports: ports === 'any' ? undefined : ports.split(',').map(Number),
  };
}
