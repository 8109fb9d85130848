/** Python to try out, run as if an organization had sent it. */
import { Button, Kbd, Skeleton, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { OrganizationStatus } from '../../../../shared/contracts/organization.ts';
import { OrganizationSelect } from '../../parts/organization-select.tsx';
import { Page } from '../../parts/page.tsx';
import { RoleButton } from '../../parts/role-button.tsx';
import { Section } from '../../parts/section.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { useOrganizations } from '../../parts/use-organizations.ts';
import { useUrlState } from '../../parts/use-url-state.ts';
import { FilePicker } from './file-picker.tsx';
import { RunOptions } from './run-options.tsx';
import { RunOutputs } from './run-outputs.tsx';
import { usePlayground } from './use-playground.ts';
import './playground-page.css';

const PythonEditor = lazy(async () => ({ default: (await import('./python-editor.tsx')).PythonEditor }));

const STATE = { organization_id: '' };
const TIMEOUT_MS_DEFAULT = 30_000;
const FIRST_CODE = `import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 4 * np.pi, 400)
plt.plot(x, np.sin(x), label="sin")
plt.plot(x, np.cos(x), label="cos")
plt.legend()
plt.show()
`;

export function PlaygroundPage() {
  const [{ organization_id: organizationId }, setState] = useUrlState(STATE);
  const [code, setCode] = useLocalStorage({
    key: 'playground:code',
    defaultValue: FIRST_CODE,
    getInitialValueInEffect: false,
  });
  const [options, setOptions] = useState({ stdin: '', timeoutMs: TIMEOUT_MS_DEFAULT });
  const [fileIds, setFileIds] = useState<readonly string[]>([]);
  const { execution, live, isRunning, start, cancel } = usePlayground({
    organization_id: organizationId,
    code,
    timeout_ms: options.timeoutMs,
    ...(options.stdin !== '' && { stdin: options.stdin }),
    ...(fileIds.length > 0 && { files: fileIds.map((id) => ({ file_id: id })) }),
  });
  const { data: organizations } = useOrganizations();
  const organization = organizations?.find(({ id }) => id === organizationId);
  const blocked = reasonAgainst(organizationId, organization?.status, code);
  const run = () => {
    if (blocked === undefined && !isRunning && !start.isRunning) start.run();
  };
  return (
    <Page
      title="Playground"
      description="Runs as if the organization had sent it, and counts towards its quotas."
      actions={
        isRunning ? (
          <Button
            color="red.8"
            leftSection={<IconPlayerStop size={16} />}
            loading={cancel.isRunning}
            onClick={cancel.run}
          >
            Cancel
          </Button>
        ) : (
          <RoleButton
            role="operator"
            leftSection={<IconPlayerPlay size={16} />}
            loading={start.isRunning}
            onClick={run}
            blocked={blocked}
          >
            Run
          </RoleButton>
        )
      }
    >
      <div className="playground">
        <div className="playground-main">
          <Section
            title="Code"
            flush
            actions={
              <Text size="xs" c="dimmed" visibleFrom="xs">
                <Kbd size="xs">Ctrl</Kbd> <Kbd size="xs">Enter</Kbd> runs it
              </Text>
            }
          >
            <Suspense fallback={<Skeleton height={260} radius={0} />}>
              <PythonEditor initialCode={code} onChange={setCode} onRun={run} />
            </Suspense>
          </Section>
          {start.error !== null && <ErrorState error={start.error} title="It was not run" />}
          {execution !== null && <RunOutputs execution={execution} live={live} />}
        </div>
        <Section title="Run as">
          <div className="playground-options">
            <OrganizationSelect
              label="Organization"
              required
              activeOnly
              value={organizationId}
              onChange={(id) => {
                setState({ organization_id: id });
                setFileIds([]);
              }}
            />
            <RunOptions options={options} onChange={setOptions} />
            {organizationId !== '' && (
              <FilePicker key={organizationId} organizationId={organizationId} chosen={fileIds} onChange={setFileIds} />
            )}
          </div>
        </Section>
      </div>
    </Page>
  );
}

/** @param status undefined where the organization is not known, or not yet */
function reasonAgainst(
  organizationId: string,
  status: OrganizationStatus | undefined,
  code: string,
): string | undefined {
  if (organizationId === '') return 'Choose an organization first.';
  if (status === 'suspended') return 'The organization is suspended: nothing of it runs.';
  if (status === 'deleting') return 'The organization is being deleted.';
  return code.trim() === '' ? 'There is no code.' : undefined;
}
