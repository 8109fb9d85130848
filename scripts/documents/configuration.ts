/** The reference of every variable and the example file, made from the schemas that read them. Pure. */
import { z } from 'zod';
import { BootstrapEnvironment, MigrateEnvironment, ServerEnvironment } from '../../api/config.ts';
import { WorkerEnvironment } from '../../worker/config.ts';
import { StartEnvironment } from '../start/config.ts';

const PROCESSES = [
  { title: 'The api', program: 'api/main.ts', schema: ServerEnvironment },
  { title: 'The worker', program: 'worker/main.ts', schema: WorkerEnvironment },
  { title: 'The migration', program: 'api/migrate.ts', schema: MigrateEnvironment },
  { title: 'The first organization', program: 'api/bootstrap-organization.ts', schema: BootstrapEnvironment },
  { title: 'The start of everything on one machine', program: 'npm start', schema: StartEnvironment },
] as const;

const Described = z.object({
  required: z.array(z.string()).default([]),
  properties: z.record(
    z.string(),
    z.object({
      description: z.string(),
      unit: z.string().optional(),
      defaultText: z.string().optional(),
      allowed: z.string().optional(),
      default: z.union([z.string(), z.number()]).optional(),
      enum: z.array(z.string()).optional(),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
    }),
  ),
});

export type Variable = z.infer<typeof Described>['properties'][string] & {
  readonly name: string;
  readonly isRequired: boolean;
};

/** @throws ZodError when a variable has no description */
export function variablesOf(schema: z.ZodType): Variable[] {
  const { required, properties } = Described.parse(z.toJSONSchema(schema, { io: 'output' }));
  return Object.entries(properties).map(([name, variable]) => ({
    ...variable,
    name,
    isRequired: required.includes(name) && variable.default === undefined,
  }));
}

const INTRODUCTION = `# Configuration

Every process reads its settings from environment variables, once, when it starts. A value that cannot be used stops
the start, and all problems are told at once, by name and never with the value. A variable that is set to nothing
counts as not set. \`npm start\` reads its own and hands the others on, except those that it decides itself:
\`DOCKER_SOCKET\`, \`DEPLOYMENT\` and \`SERVICE_USER\`.
Limits that stand for every deployment are in \`shared/contracts/limits.ts\`.

This page and \`.env.example\` are written by \`npm run documents\`.
`;

export function renderConfiguration(): string {
  const sections = PROCESSES.map(({ title, program, schema }) => {
    const rows = variablesOf(schema).map(rowOf).join('\n');
    return `## ${title}: \`${program}\`

| variable | meaning | unit | default | allowed |
|---|---|---|---|---|
${rows}
`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}

function rowOf(variable: Variable): string {
  const cells = [
    `\`${variable.name}\``,
    variable.description,
    variable.unit ?? '–',
    defaultOf(variable),
    rangeOf(variable),
  ];
  return `| ${cells.join(' | ')} |`;
}

function defaultOf({ isRequired, default: value, defaultText }: Variable): string {
  if (isRequired) return '**required**';
  if (value !== undefined) return `\`${String(value)}\``;
  return defaultText ?? '–';
}

function rangeOf({ allowed, enum: choices, minimum, maximum }: Variable): string {
  if (allowed !== undefined) return allowed;
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ');
  return `${String(minimum)} to ${String(maximum)}`;
}

const EXAMPLE_HEAD = `# Settings of api and worker; docs/configuration.md says more. Copy it, remove the # where you change a value, and let
# whoever starts the processes read it: node --env-file=/etc/code-interpreter.env api/main.ts, or EnvironmentFile= of
# systemd. It holds secrets: chmod 600. (The .env of docker-compose.yml is another file: deploy/compose/set-up.sh.)
`;

export function renderEnvExample(): string {
  const told = new Set<string>();
  const sections = PROCESSES.map(({ title, program, schema }) => {
    const fresh = variablesOf(schema).filter(({ name }) => !told.has(name));
    for (const { name } of fresh) told.add(name);
    const lines = fresh.map(exampleOf).join('\n');
    return lines === '' ? '' : `\n# ${title} (${program})\n\n${lines}`;
  });
  return `${EXAMPLE_HEAD}${sections.join('')}`;
}

function exampleOf(variable: Variable): string {
  const { name, description, unit, isRequired, default: value } = variable;
  const about = `# ${description}${unit === undefined ? '' : ` In ${unit}.`} Allowed: ${rangeOf(variable)}.`;
  return `${about.replaceAll('`', '')}\n${isRequired ? '' : '#'}${name}=${String(value ?? '')}\n`;
}
