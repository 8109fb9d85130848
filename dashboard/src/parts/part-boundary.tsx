/** Shows something simpler where a part of a page breaks: what tenants made may be broken in any way. */
import { Component, type ReactNode } from 'react';

type Props = { readonly children: ReactNode; readonly fallback: ReactNode };
type State = { readonly isBroken: boolean };

/** A class, because React has no other way to catch what a child throws while it renders. */
export class PartBoundary extends Component<Props, State> {
  override state: State = { isBroken: false };

  static getDerivedStateFromError(): State {
    return { isBroken: true };
  }

  override render(): ReactNode {
    return this.state.isBroken ? this.props.fallback : this.props.children;
  }
}
