/** One-shot: makes the first organization and key where there is none, and adds `BOOTSTRAP_API_KEY` where it is absent. */
import { newId } from '../shared/platform/new-id.ts';
import { readBootstrapConfig } from './config.ts';
import { bootstrap } from './services/bootstrap.ts';
import { createApiKeyStore } from './store/api-key-store.ts';
import { openDatabase } from './store/database.ts';

async function main(): Promise<void> {
  const { DATABASE_URL: url, BOOTSTRAP_API_KEY: givenKey } = readBootstrapConfig();
  const database = openDatabase({ url, connectionsMax: 2, report: () => undefined });
  try {
    const store = createApiKeyStore(database);
    const { organizationId, key, created } = await bootstrap({ store, newId }, givenKey);
    process.stdout.write(`${JSON.stringify({ organization_id: organizationId, key, created })}\n`);
  } finally {
    await database.close();
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
