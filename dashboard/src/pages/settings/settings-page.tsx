import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';

export function SettingsPage() {
  return (
    <Page title="Settings">
      <EmptyState title="Nothing is shown here yet" />
    </Page>
  );
}
