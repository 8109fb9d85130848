import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { Page } from '../parts/page.tsx';
import { EmptyState } from '../parts/states.tsx';

export function NotFoundPage() {
  return (
    <Page title="No such page">
      <EmptyState
        title="Nothing is here"
        action={
          <Button component={Link} to="/">
            To the overview
          </Button>
        }
      >
        The address may be mistyped, or what it led to was renamed.
      </EmptyState>
    </Page>
  );
}
