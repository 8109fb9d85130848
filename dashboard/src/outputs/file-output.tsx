import { Anchor, Text } from '@mantine/core';
import { IconFile, IconFileDownload } from '@tabler/icons-react';
import { formatBytes } from '../parts/format.ts';
import { outputUrl, type OutputPlace } from './output-place.ts';

/** Kinds of pictures that a browser draws without running anything. */
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

type Props = {
  readonly file: {
    readonly name: string;
    readonly mime_type: string;
    readonly size_bytes: number;
    readonly content_base64: string;
  };
  readonly place: OutputPlace;
};

export function FileOutput({ file, place }: Props) {
  return (
    <div className="output-file">
      <IconFile size={22} stroke={1.4} aria-hidden />
      <div className="output-file-words">
        {place.isStored ? (
          <Anchor href={outputUrl(place)} download={file.name} className="link">
            {file.name} <IconFileDownload size={15} aria-label="(download)" />
          </Anchor>
        ) : (
          <span>{file.name}</span>
        )}
        <Text size="xs" c="dimmed">
          {formatBytes(file.size_bytes)} · {file.mime_type}
        </Text>
      </div>
      {PICTURES.includes(file.mime_type) && (
        <img
          className="output-file-picture"
          src={`data:${file.mime_type};base64,${file.content_base64}`}
          alt={`Preview of ${file.name}`}
        />
      )}
    </div>
  );
}
