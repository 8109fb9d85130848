import { Tooltip } from '@mantine/core';
import { Link } from 'react-router';
import { shortId } from './id-link.tsx';
import { useOrganizations } from './use-organizations.ts';

/** An organization by its name, leading to its page; by its id where the name is not known. */
export function OrganizationName({ id }: { readonly id: string }) {
  const { data } = useOrganizations();
  const name = data?.find((organization) => organization.id === id)?.name;
  return (
    <Tooltip label={id}>
      <Link className="link cell-text" to={`/organizations/${encodeURIComponent(id)}`}>
        {name ?? <span className="mono">{shortId(id)}</span>}
      </Link>
    </Tooltip>
  );
}
