import { Text } from '@mantine/core';
import { frameUrl, type OutputPlace } from './output-place.ts';

type Props = { readonly type: string; readonly plain: string; readonly place: OutputPlace };

/**
 * Markup of a tenant, in a page of its own that may run nothing and belongs to no origin. Its height cannot be asked
 * for, so it can be pulled.
 */
export function FrameOutput({ type, plain, place }: Props) {
  if (!place.isStored) {
    return (
      <>
        <pre className="output-text">{plain}</pre>
        <Text size="xs" c="dimmed">
          It is shown as a page when the execution has ended.
        </Text>
      </>
    );
  }
  return (
    <div className="output-frame">
      <iframe
        sandbox=""
        src={frameUrl(place, type)}
        title={`Output ${String(place.at + 1)} as a page`}
        loading="lazy"
        referrerPolicy="no-referrer"
      />
    </div>
  );
}
