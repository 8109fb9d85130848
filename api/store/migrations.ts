/** Brings a database to the schema that this version needs: forward only, one list, safe when two run at once. */
import { Migrator, sql, type Migration } from 'kysely';
import type { Db } from './database.ts';
import { up as init } from './migrations/0001-init.ts';
import { up as retention } from './migrations/0002-retention.ts';
import { up as traces } from './migrations/0003-traces.ts';
import { up as figureFormat } from './migrations/0004-figure-format.ts';
import { up as organizations } from './migrations/0005-organizations.ts';
import { up as files } from './migrations/0006-files.ts';
import { up as usage } from './migrations/0007-usage.ts';
import { up as webhooks } from './migrations/0008-webhooks.ts';
import { up as operatorLists } from './migrations/0009-operator-lists.ts';
import { up as responses } from './migrations/0010-responses.ts';
import { up as responseWork } from './migrations/0011-response-work.ts';
import { up as accounts } from './migrations/0012-accounts.ts';
import { up as responseWebhooks } from './migrations/0013-response-webhooks.ts';
import { up as responseUsage } from './migrations/0014-response-usage.ts';
import { up as dashboard } from './migrations/0015-dashboard.ts';
import { up as assistantSteps } from './migrations/0016-assistant-steps.ts';
import { up as attempts } from './migrations/0017-attempts.ts';
import { up as modelSteps } from './migrations/0018-model-steps.ts';
import { up as workerAndStatus } from './migrations/0019-worker-and-status.ts';

/** In order; a name, once released, keeps its content for ever. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-init': { up: init },
  '0002-retention': { up: retention },
  '0003-traces': { up: traces },
  '0004-figure-format': { up: figureFormat },
  '0005-organizations': { up: organizations },
  '0006-files': { up: files },
  '0007-usage': { up: usage },
  '0008-webhooks': { up: webhooks },
  '0009-operator-lists': { up: operatorLists },
  '0010-responses': { up: responses },
  '0011-response-work': { up: responseWork },
  '0012-accounts': { up: accounts },
  '0013-response-webhooks': { up: responseWebhooks },
  '0014-response-usage': { up: responseUsage },
  '0015-dashboard': { up: dashboard },
  '0016-assistant-steps': { up: assistantSteps },
  '0017-attempts': { up: attempts },
  '0018-model-steps': { up: modelSteps },
  '0019-worker-and-status': { up: workerAndStatus },
};

/** Any number that nothing else in the database locks. */
const LOCK_ID = 7_302_118_001;

/** Applies what is missing and tells its names; waits for another process that is at it. */
export async function migrate(db: Db): Promise<string[]> {
  return db.connection().execute(async (connection) => {
    // The migrator's own lock stands in a table that two first runs would both try to make.
    await sql`select pg_advisory_lock(${sql.lit(LOCK_ID)})`.execute(connection);
    try {
      const { error, results = [] } = await migratorOf(connection).migrateToLatest();
      if (error !== undefined) throw new Error('Could not migrate the database', { cause: error });
      return results.map((result) => result.migrationName);
    } finally {
      await sql`select pg_advisory_unlock(${sql.lit(LOCK_ID)})`.execute(connection);
    }
  });
}

/** Names of migrations that this version has and the database has not. */
export async function pendingMigrations(db: Db): Promise<string[]> {
  const migrations = await migratorOf(db).getMigrations();
  return migrations.filter((migration) => migration.executedAt === undefined).map((migration) => migration.name);
}

function migratorOf(db: Db): Migrator {
  return new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) } });
}
