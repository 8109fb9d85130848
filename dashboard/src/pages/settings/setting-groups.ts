/** Settings and limits in the order and the words in which people look for them. Pure. */
import type { ServiceSettings, ShownSetting } from '../../../../shared/contracts/operator-settings.ts';
import { formatBytes, formatCount, formatDuration } from '../../parts/format.ts';

/** The first that fits a name has it; what fits none is of the service. */
const GROUPS: readonly (readonly [title: string, names: RegExp])[] = [
  ['Database and queue', /^(?:DATABASE|REDIS)_/],
  ['Quotas', /^(?:QUOTA|QUEUED)_/],
  ['Files', /^(?:FILES|S3|AWS)_/],
  ['Models and responses', /^(?:MODEL|RESPONSE)/],
  ['Webhooks', /^WEBHOOK_/],
  ['Metrics and traces', /^(?:METRICS|OTEL)_/],
];
const REST = 'Service';

export type SettingGroup = { readonly title: string; readonly settings: readonly ShownSetting[] };

export function groupsOf(settings: readonly ShownSetting[]): readonly SettingGroup[] {
  const titleOf = ({ name }: ShownSetting) => GROUPS.find(([, names]) => names.test(name))?.[0] ?? REST;
  return [REST, ...GROUPS.map(([title]) => title)]
    .map((title) => ({ title, settings: settings.filter((setting) => titleOf(setting) === title) }))
    .filter((group) => group.settings.length > 0);
}

export function settingText({ value, unit, state }: ShownSetting): string {
  if (state === 'hidden') return 'set, not shown';
  if (value === null) return 'not set';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'number' ? withUnit(value, unit) : value;
}

/** A limit's name tells its unit: `CODE_BYTES_MAX`. */
export function limitText({ name, value }: ServiceSettings['limits'][number]): string {
  const [, unit] = /(?:^|_)(BYTES|MS|MIB|SECONDS|HOURS|DAYS|CHARACTERS)(?:_|$)/.exec(name) ?? [];
  return withUnit(value, unit?.toLowerCase() ?? null);
}

/** Units as settings and names of limits tell them. */
const FORMATS: Readonly<Record<string, (value: number) => string>> = {
  bytes: formatBytes,
  ms: formatDuration,
  milliseconds: formatDuration,
  seconds: (value) => formatDuration(value * 1_000),
  mib: (value) => `${formatCount(value)} MiB`,
};

function withUnit(value: number, unit: string | null): string {
  if (unit === null) return Number.isInteger(value) ? formatCount(value) : String(value);
  const format = FORMATS[unit.toLowerCase()];
  return format === undefined ? `${formatCount(value)} ${unit}` : format(value);
}

/** `CODE_BYTES_MAX` as `Code bytes max`. */
export function limitName(name: string): string {
  const words = name.toLowerCase().replaceAll('_', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
