import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';

export function AccountsPage() {
  return (
    <Page title="Accounts">
      <EmptyState title="Nothing is shown here yet" />
    </Page>
  );
}
