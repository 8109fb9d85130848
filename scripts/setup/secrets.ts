/** Generated passwords and the ports that went with them: one file that only its owner reads. */
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { codeOf, Sentence } from './sentence.ts';

const Secrets = z.object({
  redis_password: z.string().min(32),
  redis_port: z.int().nullable(),
  postgres_password: z.string().min(32),
  postgres_port: z.int().nullable(),
  /** API key of the first organization with which every start tries the whole path once. */
  start_check_api_key: z.string().min(32),
});
export type Secrets = z.infer<typeof Secrets>;

/**
 * The secrets of a data directory, made on first use.
 * @throws Sentence when the file is damaged: new passwords would not fit the data that is there
 */
export function openSecrets(file: string) {
  let secrets = readSecrets(file);
  if (secrets === undefined) {
    secrets = newSecrets();
    writeSecrets(file, secrets);
  }
  let current = secrets;
  return {
    get: (): Secrets => current,
    rememberPort(name: 'redis_port' | 'postgres_port', port: number): void {
      if (current[name] === port) return;
      current = { ...current, [name]: port };
      writeSecrets(file, current);
    },
  };
}

export type SecretStore = ReturnType<typeof openSecrets>;

const NAME_CHARACTERS = 16;

/** A name for the installation that these secrets belong to. It tells nothing of them. */
export function deploymentOf({ redis_password: password }: Secrets): string {
  return createHash('sha256').update(`deployment ${password}`).digest('hex').slice(0, NAME_CHARACTERS);
}

function newSecrets(): Secrets {
  const password = () => randomBytes(32).toString('hex');
  return {
    redis_password: password(),
    redis_port: null,
    postgres_password: password(),
    postgres_port: null,
    start_check_api_key: `ak_${randomBytes(32).toString('base64url')}`,
  };
}

function readSecrets(file: string): Secrets | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new Sentence(`${file} cannot be read: ${String(error)}`, error);
  }
  try {
    return Secrets.parse(JSON.parse(text));
  } catch (error) {
    throw new Sentence(
      `${file} is damaged. It holds the passwords of the data beside it: bring it back from a copy.`,
      error,
    );
  }
}

/** Written beside and renamed: a crash leaves the old file or the new one, never half of one. */
function writeSecrets(file: string, secrets: Secrets): void {
  const beside = `${file}.new`;
  writeFileSync(beside, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  chmodSync(beside, 0o600);
  renameSync(beside, file);
}
