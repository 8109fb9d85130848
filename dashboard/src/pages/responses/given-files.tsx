/** The files that came with a conversation; their contents stay with the organization. */
import { Text } from '@mantine/core';
import { Link } from 'react-router';
import type { OperatorResponse, ResponseFile } from '../../../../shared/contracts/operator-response.ts';
import { formatBytes } from '../../parts/format.ts';

const GIVEN: Readonly<Record<ResponseFile['given_to'][number], string>> = {
  code: 'for the code',
  model: 'shown to the model',
};

export function GivenFiles({ response }: { readonly response: Pick<OperatorResponse, 'files' | 'organization_id'> }) {
  const path = `/organizations/${encodeURIComponent(response.organization_id)}?tab=files`;
  return (
    <ul className="given-files">
      {response.files.map((file) => (
        <li key={file.file_id}>
          <Link className="link" to={path} title={file.file_id}>
            {file.name}
          </Link>
          <Text span size="xs" c="dimmed" className="numbers">
            {[formatBytes(file.size_bytes), file.mime_type, givenTo(file)].join(', ')}
          </Text>
        </li>
      ))}
    </ul>
  );
}

function givenTo({ given_to: given }: ResponseFile): string {
  return given.length === 0 ? 'not used' : given.map((to) => GIVEN[to]).join(' and ');
}
