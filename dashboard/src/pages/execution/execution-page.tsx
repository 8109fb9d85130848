/** One execution: what ran, what it showed, how long each part took, and what went out about it. */
import { Group } from '@mantine/core';
import { useParams } from 'react-router';
import type { OperatorExecution } from '../../../../shared/contracts/operator-execution.ts';
import { useLiveExecution } from '../../outputs/use-live-execution.ts';
import { CodeView } from '../../parts/code-view.tsx';
import { IdLink } from '../../parts/id-link.tsx';
import { OrganizationName } from '../../parts/organization-name.tsx';
import { Page } from '../../parts/page.tsx';
import { Section } from '../../parts/section.tsx';
import { ErrorState, LoadingState } from '../../parts/states.tsx';
import { ExecutionStatusBadge } from '../executions/execution-columns.tsx';
import { isOpen } from '../executions/use-live-executions.ts';
import { DetailsSection } from './details-section.tsx';
import { DeliveriesSection } from './deliveries-section.tsx';
import { ExecutionActions } from './execution-actions.tsx';
import { OutputsSection } from './outputs-section.tsx';
import { TimelineSection } from './timeline-section.tsx';
import { UsageSection } from './usage-section.tsx';
import { useExecution } from './use-execution.ts';
import './execution-page.css';

export function ExecutionPage() {
  const { id = '' } = useParams();
  const { data: execution, error, refetch } = useExecution(id);
  const reload = () => void refetch();
  const live = useLiveExecution(id, {
    isOpen: execution !== undefined && isOpen(execution),
    onStarted: reload,
    onFinished: reload,
  });
  if (execution === undefined) {
    return (
      <Page title="Execution">{error === null ? <LoadingState /> : <ErrorState error={error} onRetry={reload} />}</Page>
    );
  }
  return (
    <Page
      title={`Execution ${id}`}
      heading={<Heading execution={execution} />}
      description={
        <>
          <IdLink id={id} whole /> of <OrganizationName id={execution.organization_id} />
        </>
      }
      actions={<ExecutionActions execution={execution} onChanged={reload} />}
    >
      <div className="execution">
        <div className="execution-main">
          <Section title="Code" flush>
            <CodeView code={execution.code} label="Code of the execution" />
          </Section>
          {execution.stdin !== '' && (
            <Section title="Input" flush>
              <CodeView code={execution.stdin} language="text" label="What the code reads from stdin" maxHeight={200} />
            </Section>
          )}
          <OutputsSection execution={execution} live={live} />
        </div>
        <div className="execution-side">
          <TimelineSection execution={execution} />
          <UsageSection execution={execution} />
          <DetailsSection execution={execution} />
        </div>
      </div>
      <DeliveriesSection execution={execution} />
    </Page>
  );
}

function Heading({ execution }: { readonly execution: OperatorExecution }) {
  return (
    <Group gap="sm" component="span">
      Execution <ExecutionStatusBadge execution={execution} />
    </Group>
  );
}
