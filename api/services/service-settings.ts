/** What the service is set to, what bounds it, and of which versions it is: never a secret. */
import type { ServiceSettings, ShownSetting } from '../../shared/contracts/operator-settings.ts';
import { within } from '../../shared/platform/deadline.ts';
import type { Packages } from './packages.ts';

type ShownModel = ServiceSettings['models'][number];

export type ServiceSettingsDeps = {
  readonly settings: readonly ShownSetting[];
  readonly models: readonly ShownModel[];
  readonly limits: Readonly<Record<string, unknown>>;
  readonly packages: Pick<Packages, 'list'>;
  readonly versions: { readonly service: string; readonly node: string };
  readonly postgresqlVersion: () => Promise<string>;
  readonly redisVersion: () => Promise<string>;
};

const PART_MS_MAX = 1_500;
const NOT_KNOWN = 'not known';

export function createServiceSettings(deps: ServiceSettingsDeps) {
  const limits = Object.entries(deps.limits).flatMap(([name, value]) =>
    typeof value === 'number' ? [{ name, value }] : [],
  );
  return {
    async read(): Promise<ServiceSettings> {
      const [postgresql, redis, packages] = await Promise.all([
        within(PART_MS_MAX, deps.postgresqlVersion()).catch(() => NOT_KNOWN),
        within(PART_MS_MAX, deps.redisVersion()).catch(() => NOT_KNOWN),
        within(PART_MS_MAX, deps.packages.list()).catch(() => null),
      ]);
      return {
        object: 'settings',
        settings: [...deps.settings],
        models: [...deps.models],
        limits,
        versions: { ...deps.versions, postgresql, redis },
        packages,
      };
    },
  };
}

export type ServiceSettingsReading = ReturnType<typeof createServiceSettings>;
