/** Brings the database up to date and sees to the first organization and its keys, by the api's one-shot programs. */
import { z } from 'zod';
import { runCommand } from '../setup/command.ts';
import { Sentence } from '../setup/sentence.ts';
import type { StartConfig } from './config.ts';

export type DatabaseJob = { readonly project: string; readonly databaseUrl: string; readonly config: StartConfig };

const Bootstrapped = z.object({ organization_id: z.string(), key: z.string().nullable(), created: z.boolean() });

export async function migrateDatabase(job: DatabaseJob): Promise<void> {
  await runOnce(job, 'api/migrate.ts', {});
}

/**
 * @param checkKey the key with which each start tries the service; added if absent
 * @returns the first organization's key if it has just been made, the only time that it can be shown
 */
export async function provideOrganization(job: DatabaseJob, checkKey: string): Promise<string | null> {
  const { bootstrapApiKey } = job.config;
  const first = await bootstrap(job, bootstrapApiKey);
  await bootstrap(job, checkKey);
  return first.created && bootstrapApiKey === undefined ? first.key : null;
}

async function bootstrap(job: DatabaseJob, key: string | undefined): Promise<z.infer<typeof Bootstrapped>> {
  const stdout = await runOnce(job, 'api/bootstrap-organization.ts', { BOOTSTRAP_API_KEY: key });
  return Bootstrapped.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

async function runOnce(
  { project, databaseUrl, config }: DatabaseJob,
  program: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const options = {
    cwd: project,
    env: { ...config.apiEnvironment, DATABASE_URL: databaseUrl, BOOTSTRAP_API_KEY: undefined, ...env },
  };
  const { status, stdout, output } = await runCommand(process.execPath, [program], options);
  if (status !== 0) throw new Sentence(`${program} failed:\n${output.trim().split('\n').slice(-8).join('\n')}`);
  return stdout;
}
