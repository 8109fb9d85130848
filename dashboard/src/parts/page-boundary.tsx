/** Keeps a page that breaks from taking the navigation with it. */
import { Component, type ReactNode } from 'react';
import { ErrorState } from './states.tsx';

type Props = { readonly children: ReactNode };
type State = { readonly error: Error | null };

/** A class, because React has no other way to catch what a child throws while it renders. */
export class PageBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <ErrorState
        error={error}
        title="This page broke"
        onRetry={() => {
          // A chunk of an older build may be gone after an upgrade: only a reload brings the new ones.
          window.location.reload();
        }}
      />
    );
  }
}
