/** One response: the whole conversation, and what it took. */
import { Alert, Group } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useParams } from 'react-router';
import type { OperatorResponse } from '../../../../shared/contracts/operator-response.ts';
import { IdLink } from '../../parts/id-link.tsx';
import { OrganizationName } from '../../parts/organization-name.tsx';
import { Page } from '../../parts/page.tsx';
import { ErrorState, LoadingState } from '../../parts/states.tsx';
import { words } from '../../parts/status-badge.tsx';
import { CancelResponse } from './cancel-response.tsx';
import { EarlierTurns } from './earlier-turns.tsx';
import { Guidance } from './guidance.tsx';
import { ResponseDetails } from './response-details.tsx';
import { ResponseStatusBadge } from './response-columns.tsx';
import { isOpen } from './response-steps.ts';
import { StepsSection } from './steps-section.tsx';
import { Turn } from './turn.tsx';
import { useResponse } from './use-response.ts';
import './response-page.css';

export function ResponsePage() {
  const { id = '' } = useParams();
  const { data: response, error, refetch } = useResponse(id);
  if (response === undefined) {
    return (
      <Page title="Response">
        {error === null ? <LoadingState /> : <ErrorState error={error} onRetry={() => void refetch()} />}
      </Page>
    );
  }
  return (
    <Page
      title={`Response ${id}`}
      heading={
        <Group gap="sm" component="span">
          Response <ResponseStatusBadge response={response} />
        </Group>
      }
      description={
        <>
          <IdLink id={id} whole /> of <OrganizationName id={response.organization_id} />
        </>
      }
      actions={isOpen(response) && <CancelResponse response={response} />}
    >
      <Notices response={response} />
      <div className="response">
        <section className="response-conversation" aria-label="Conversation">
          <Guidance response={response} />
          <EarlierTurns ids={response.earlier_ids} />
          <Turn response={response} />
        </section>
        <div className="response-side">
          <StepsSection response={response} />
          <ResponseDetails response={response} />
        </div>
      </div>
    </Page>
  );
}

function Notices({ response: { error, warnings, status } }: { readonly response: OperatorResponse }) {
  return (
    <>
      {error !== null && (
        <Alert
          color={status === 'failed' ? 'red' : 'yellow'}
          icon={<IconAlertTriangle size={20} />}
          title={words(error.code)}
        >
          {error.message}
        </Alert>
      )}
      {warnings.length > 0 && (
        <Alert color="blue" icon={<IconInfoCircle size={20} />} title="Not understood, and not used">
          <ul className="response-warnings">
            {warnings.map((warning, at) => (
              <li key={at}>{warning}</li>
            ))}
          </ul>
        </Alert>
      )}
    </>
  );
}
