import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';

export function OrganizationPage() {
  return (
    <Page title="Organization">
      <EmptyState title="Nothing is shown here yet" />
    </Page>
  );
}
