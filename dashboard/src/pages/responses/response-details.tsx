import { Link } from 'react-router';
import type { OperatorResponse } from '../../../../shared/contracts/operator-response.ts';
import { Fields } from '../../parts/fields.tsx';
import { IdLink } from '../../parts/id-link.tsx';
import { OrganizationName } from '../../parts/organization-name.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';

/** Where it belongs, and what came with it. */
export function ResponseDetails({ response }: { readonly response: OperatorResponse }) {
  return (
    <Section title="Details">
      <Fields
        fields={[
          { name: 'Model', value: response.model },
          { name: 'Organization', value: <OrganizationName id={response.organization_id} /> },
          { name: 'Made', value: <Time at={response.created_at} /> },
          { name: 'Ended', value: <Time at={response.completed_at} /> },
          { name: 'In the background', value: response.background ? 'yes' : 'no' },
          response.previous_response_id && {
            name: 'Goes on from',
            value: <IdLink id={response.previous_response_id} />,
          },
          response.assistant_id && { name: 'Assistant', value: <IdLink id={response.assistant_id} /> },
          response.thread_id && { name: 'Thread', value: response.thread_id },
          { name: 'Executions', value: <ExecutionsLink response={response} /> },
          ...Object.entries(response.metadata).map(([name, value]) => ({ name: `metadata.${name}`, value })),
        ].map((field) => (typeof field === 'string' ? null : field))}
      />
    </Section>
  );
}

function ExecutionsLink({ response: { id, runs } }: { readonly response: OperatorResponse }) {
  if (runs.length === 0) return 'none';
  return (
    <Link className="link" to={`/executions?response_id=${encodeURIComponent(id)}`}>
      {runs.length === 1 ? 'one' : `all ${String(runs.length)}`}
    </Link>
  );
}
