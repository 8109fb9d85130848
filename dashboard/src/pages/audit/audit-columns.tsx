/** What is shown of each entry of the audit. */
import type { AuditEntry } from '../../../../shared/contracts/audit.ts';
import type { Column } from '../../parts/data-table.tsx';
import { IdLink } from '../../parts/id-link.tsx';
import { OrganizationName } from '../../parts/organization-name.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { ActorName } from './actor-name.tsx';

export const AUDIT_COLUMNS: readonly Column<AuditEntry>[] = [
  { id: 'at', header: 'When', cell: ({ at }) => <Time at={at} /> },
  { id: 'actor', header: 'Who', cell: ({ actor }) => <ActorName actor={actor} /> },
  { id: 'action', header: 'Action', cell: ({ action }) => <span className="mono nowrap">{action}</span> },
  { id: 'outcome', header: 'Outcome', cell: ({ outcome }) => <StatusBadge status={outcome} /> },
  { id: 'target', header: 'On what', cell: (entry) => <IdLink id={entry.target_id} /> },
  { id: 'organization', header: 'Organization', cell: (entry) => <OrganizationCell id={entry.organization_id} /> },
  { id: 'details', header: 'Details', cell: ({ details }) => <Details details={details} /> },
  { id: 'address', header: 'From', cell: ({ actor }) => <span className="mono nowrap">{actor.address ?? '–'}</span> },
  {
    id: 'request',
    header: 'Request',
    hidden: true,
    cell: (entry) => <span className="mono nowrap">{entry.request_id ?? '–'}</span>,
  },
];

function OrganizationCell({ id }: { readonly id: string | null }) {
  return id === null ? <span aria-label="none">–</span> : <OrganizationName id={id} />;
}

function Details({ details }: Pick<AuditEntry, 'details'>) {
  const entries = Object.entries(details);
  if (entries.length === 0) return <span aria-label="none">–</span>;
  return (
    <dl className="audit-details">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
