import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';

export function ResponsePage() {
  return (
    <Page title="Response">
      <EmptyState title="Nothing is shown here yet" />
    </Page>
  );
}
