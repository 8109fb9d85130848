/** A state in a word, with a colour that is never the only sign of it. */
import './status-badge.css';

/** `good`: as it should be. `busy`: under way. `idle`: waits. `warn`: somebody should look. `bad`: failed. */
export type Tone = 'good' | 'busy' | 'idle' | 'warn' | 'bad';

/** Words of the contracts, of all kinds of things; what is not named is `idle`. */
const TONES: Readonly<Record<string, Tone>> = {
  completed: 'good',
  ok: 'good',
  active: 'good',
  taking: 'good',
  enabled: 'good',
  delivered: 'good',
  done: 'good',
  healthy: 'good',
  up: 'good',
  running: 'busy',
  in_progress: 'busy',
  pending: 'busy',
  queued: 'idle',
  cancelled: 'idle',
  disabled: 'idle',
  revoked: 'idle',
  expired: 'idle',
  paused: 'warn',
  draining: 'warn',
  suspended: 'warn',
  deleting: 'warn',
  timed_out: 'warn',
  incomplete: 'warn',
  denied: 'warn',
  failing: 'bad',
  failed: 'bad',
  exception: 'bad',
  exit: 'bad',
  out_of_memory: 'bad',
  output_limit: 'bad',
  killed: 'bad',
  sandbox_lost: 'bad',
  unable: 'bad',
  dead: 'bad',
  down: 'bad',
};

type Props = {
  /** A word of a contract: `timed_out`. */
  readonly status: string;
  readonly tone?: Tone;
  readonly label?: string;
};

export function StatusBadge({ status, tone, label }: Props) {
  return (
    <span className="status" data-tone={tone ?? TONES[status] ?? 'idle'}>
      {label ?? words(status)}
    </span>
  );
}

/** `timed_out` as `timed out`. */
export function words(status: string): string {
  return status.replaceAll('_', ' ');
}
