/** The insert of a queued execution, also used inside the transaction that takes an idempotency key. */
import { sql } from 'kysely';
import { AppError } from '../../shared/contracts/errors.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import type { Db } from './database.ts';
import type { NewExecutionRow } from './schema.ts';

/**
 * Of an execution with files it takes two statements: call it inside a transaction then.
 * @returns when the execution came into being, by the database's clock
 * @throws AppError VALIDATION_ERROR when the content of a file is gone
 */
export async function insertExecution(db: Db, organizationId: OrganizationId, row: NewExecutionRow): Promise<Date> {
  const { created_at: createdAt } = await db
    .insertInto('executions')
    .values({
      ...row,
      organization_id: organizationId,
      status: 'queued',
      metadata: JSON.stringify(row.metadata),
      files: JSON.stringify(row.files),
    })
    .returning('created_at')
    .executeTakeFirstOrThrow();
  if (row.files.length > 0) await insertFiles(db, organizationId, row);
  return createdAt;
}

/**
 * Holds the contents while the execution is open: those that are stored, for a reservation may come to nothing. Whoever
 * removes a content locks its row: it either finds this reference, or this waits for it and finds no content.
 */
async function insertFiles(db: Db, organizationId: OrganizationId, { id, files }: NewExecutionRow): Promise<void> {
  const digests = [...new Set(files.map((file) => file.sha256))];
  const held = await sql`insert into execution_files (execution_id, organization_id, sha256)
    select ${id}, organization_id, sha256 from blobs
    where organization_id = ${organizationId} and sha256 = any(${digests}) and state = 'stored'
    order by sha256 for key share`.execute(db);
  if (Number(held.numAffectedRows ?? 0) === digests.length) return;
  throw new AppError('VALIDATION_ERROR', 'files: one of them was deleted a moment ago.', { param: 'files' });
}
