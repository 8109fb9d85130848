/** What tools there are for responses, with their modes and limits. */
import type { OrganizationId } from '../../../shared/contracts/ids.ts';
import {
  CODE_BYTES_MAX,
  MEMORY_MIB_DEFAULT,
  TEXT_BYTES_MAX,
  TIMEOUT_MS_MAX,
} from '../../../shared/contracts/limits.ts';
import type { SystemTool } from '../../../shared/contracts/system-tool.ts';
import type { PackageList } from '../../../shared/contracts/worker-status.ts';
import type { OrganizationSettingsReader } from '../organization-settings.ts';

export type SystemToolsDeps = {
  readonly settings: Pick<OrganizationSettingsReader, 'find'>;
  readonly models: { names(): string[] };
  /** What code can import, where that is known. */
  readonly packages: () => Promise<PackageList | undefined>;
};

const PARAMETERS: SystemTool['capabilities']['parameters'] = [
  {
    name: 'mode',
    type: 'string',
    default: 'auto',
    description: '`auto`: the model decides; `on`: code always runs before the answer; `off`: no code.',
  },
  { name: 'outputs', type: 'boolean', default: true, description: 'Whether calls show the outputs of their code.' },
];

export function createSystemTools({ settings, models, packages }: SystemToolsDeps) {
  return {
    async list(organizationId: OrganizationId): Promise<SystemTool[]> {
      const [{ interpreter }, list] = await Promise.all([settings.find(organizationId), packages()]);
      const codeInterpreter: SystemTool = {
        id: 'tool_code_interpreter',
        object: 'system_tool',
        name: 'Code interpreter',
        description: 'Writes and runs Python in a sandbox to calculate, analyze data and draw.',
        category: 'computation',
        toolKey: 'codeInterpreter',
        isAvailable: interpreter,
        capabilities: { modes: ['on', 'off', 'auto'], parameters: PARAMETERS },
        limits: {
          timeout_ms: TIMEOUT_MS_MAX,
          memory_mb: MEMORY_MIB_DEFAULT,
          code_bytes: CODE_BYTES_MAX,
          text_bytes: TEXT_BYTES_MAX,
          network: false,
          file_system_writes: false,
        },
        packages: list ?? null,
        modelCompatibility: models.names(),
        isPreview: false,
        pricing: null,
      };
      return [codeInterpreter];
    },
  };
}

export type SystemTools = ReturnType<typeof createSystemTools>;
