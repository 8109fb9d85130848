import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';

export function WorkersPage() {
  return (
    <Page title="Workers">
      <EmptyState title="Nothing is shown here yet" />
    </Page>
  );
}
