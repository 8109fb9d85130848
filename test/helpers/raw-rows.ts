/** Rows put straight into the database, as a crash at some moment would leave them. */
import { newId } from '../../shared/platform/new-id.ts';
import type { Stage } from './api-stage.ts';

/** @returns the id of the row */
export async function aRow(
  stage: Pick<Stage, 'query'>,
  organizationId: string,
  columns: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const row = {
    id: newId('exec'),
    organization_id: organizationId,
    code: 'x',
    timeout_ms: 1_000,
    memory_mb: 512,
    isolation: 'organization',
    input_bytes: 1,
    ...columns,
  };
  const names = Object.keys(row);
  const places = names.map((_name, at) => `$${String(at + 1)}`);
  await stage.query(`insert into executions (${names.join(', ')}) values (${places.join(', ')})`, Object.values(row));
  return row.id;
}
