import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';

export function QueuePage() {
  return (
    <Page title="Queue">
      <EmptyState title="Nothing is shown here yet" />
    </Page>
  );
}
