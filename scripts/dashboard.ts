/** `npm run dashboard`: builds the operators' pages into `dashboard/dist`, where the api finds them. */
import { dirname } from 'node:path';
import { buildDashboard } from './setup/dashboard.ts';
import { seconds, writeLine } from './setup/report.ts';
import { explain } from './setup/sentence.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  const startedMs = performance.now();
  try {
    await buildDashboard(dirname(import.meta.dirname));
    writeLine(`dashboard: built (${seconds(performance.now() - startedMs)})`);
    return 0;
  } catch (error) {
    writeLine(explain(error));
    return 1;
  }
}
