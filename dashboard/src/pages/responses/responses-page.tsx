import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';

export function ResponsesPage() {
  return (
    <Page title="Responses">
      <EmptyState title="Nothing is shown here yet" />
    </Page>
  );
}
