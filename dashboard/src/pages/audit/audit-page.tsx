import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';

export function AuditPage() {
  return (
    <Page title="Audit log">
      <EmptyState title="Nothing is shown here yet" />
    </Page>
  );
}
