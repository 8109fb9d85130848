import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';

export function OrganizationsPage() {
  return (
    <Page title="Organizations">
      <EmptyState title="Nothing is shown here yet" />
    </Page>
  );
}
