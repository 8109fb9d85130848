/** One-shot: brings the database of `DATABASE_URL` to the schema that this version needs. */
import { readMigrateConfig } from './config.ts';
import { openDatabase } from './store/database.ts';
import { migrate } from './store/migrations.ts';

async function main(): Promise<void> {
  const { DATABASE_URL: url } = readMigrateConfig();
  const database = openDatabase({ url, connectionsMax: 2, unhurried: true, report: () => undefined });
  try {
    const applied = await migrate(database.db);
    process.stdout.write(`${JSON.stringify({ applied })}\n`);
  } finally {
    await database.close();
  }
}

await main().catch((error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${cause}\n`);
  process.exitCode = 1;
});
