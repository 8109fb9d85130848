/** What is used of a limit, as a bar with words. */
import { Progress, Text, VisuallyHidden } from '@mantine/core';
import './meter.css';

type Props = {
  readonly label: string;
  readonly used: number;
  /** Null: no limit. */
  readonly limit: number | null;
  readonly format: (amount: number) => string;
};

const NEARLY = 0.8;

export function Meter({ label, used, limit, format }: Props) {
  const share = limit === null || limit === 0 ? 0 : used / limit;
  return (
    <div className="meter">
      <div className="meter-words">
        <Text size="sm">{label}</Text>
        <Text size="sm" className="numbers">
          {format(used)}{' '}
          <Text span c="dimmed" size="sm">
            {limit === null ? 'no limit' : `of ${format(limit)}`}
          </Text>
        </Text>
      </div>
      {limit !== null && (
        <>
          <Progress value={Math.min(100, share * 100)} color={colourOf(share)} size="sm" aria-hidden />
          <VisuallyHidden>{`${(share * 100).toFixed(0)} %`}</VisuallyHidden>
        </>
      )}
    </div>
  );
}

function colourOf(share: number): string {
  if (share >= 1) return 'red';
  return share >= NEARLY ? 'yellow.7' : 'petrol';
}
