/** Parses what clients send; the first problem names its field and tells what is allowed. Pure. */
import { z } from 'zod';
import { AppError } from '../../shared/contracts/errors.ts';
import { JSON_DEPTH_MAX, JSON_VALUES_MAX } from '../../shared/contracts/limits.ts';

const ISSUES_TOLD_MAX = 10;
const PARAM_CHARACTERS_MAX = 200;

type Issue = z.core.$ZodIssue;

/** @throws AppError VALIDATION_ERROR, PAYLOAD_TOO_LARGE */
export function parseBody<T>(schema: z.ZodType<T> | undefined, raw: unknown): T {
  if (schema === undefined) return absent();
  assertSmall(raw);
  return parse(schema, raw, 'The body');
}

/** @throws AppError VALIDATION_ERROR */
export function parseQuery<T>(schema: z.ZodType<T> | undefined, raw: unknown): T {
  if (schema === undefined) {
    parse(z.strictObject({}), raw ?? {}, 'The query');
    return absent();
  }
  return parse(schema, raw ?? {}, 'The query');
}

/** A path whose parameters have the wrong shape leads nowhere. @throws AppError NOT_FOUND */
export function parseParams<T>(schema: z.ZodType<T> | undefined, raw: unknown): T {
  if (schema === undefined) return absent();
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new AppError(
    'NOT_FOUND',
    `There is no such thing: expected ${parsed.error.issues[0]?.message ?? 'another id'}.`,
  );
}

/** Routes without a schema for a part have a type parameter for it that they never read. */
function absent<T>(): T {
  // The one way to a value of a type that only its absence can have.
  return undefined as T;
}

function parse<T>(schema: z.ZodType<T>, raw: unknown, whole: string): T {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw toError(schema, parsed.error.issues, whole);
}

function toError(schema: z.ZodType, issues: readonly Issue[], whole: string): AppError {
  const told = issues
    .slice(0, ISSUES_TOLD_MAX)
    .map((issue) => ({ param: paramOf(issue), message: messageOf(schema, issue) }));
  const { param, message } = told[0] ?? { param: '', message: 'is not valid' };
  return new AppError(
    isTooLarge(issues[0]) ? 'PAYLOAD_TOO_LARGE' : 'VALIDATION_ERROR',
    `${param || whole}: ${message}.`,
    {
      ...(param !== '' && { param }),
      details: { issues: told },
    },
  );
}

function isTooLarge(issue: Issue | undefined): boolean {
  return issue?.code === 'custom' && issue.params?.['tooLarge'] === true;
}

function paramOf(issue: Issue): string {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
  return path.map(String).join('.').slice(0, PARAM_CHARACTERS_MAX);
}

function messageOf(schema: z.ZodType, issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return `is not a known field${allowedFields(schema, issue)}`;
  if (issue.code === 'invalid_type' && issue.input === undefined && issue.message.endsWith('undefined')) {
    return `is required (${issue.expected})`;
  }
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return issue.message;
}

function allowedFields(schema: z.ZodType, issue: Issue): string {
  if (!(schema instanceof z.ZodObject) || issue.path.length > 0) return '';
  return `; known are ${Object.keys(schema.shape).join(', ')}`;
}

type Place = { readonly value: object; readonly path: string };

/**
 * Refuses what would be long or deep work for whoever walks it, and keys that mean something to JavaScript.
 * Itself it looks at no more values than are allowed.
 */
function assertSmall(raw: unknown): void {
  let level = placesOf(raw, '');
  let values = 1;
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > JSON_DEPTH_MAX) throw tooDeep(level[0]?.path ?? '');
    const next: Place[] = [];
    for (const place of level) {
      for (const child of childrenOf(place)) {
        values += 1;
        if (values > JSON_VALUES_MAX) throw tooManyValues();
        next.push(...placesOf(child.value, child.path));
      }
    }
    level = next;
  }
}

/** One after the other, so that who has seen enough can stop. */
function* childrenOf({ value, path }: Place): Generator<{ value: unknown; path: string }, void, void> {
  for (const key in value) {
    const at = path === '' ? key : `${path}.${key}`.slice(0, PARAM_CHARACTERS_MAX);
    if (key === '__proto__') throw reservedKey(at);
    yield { value: Reflect.get(value, key), path: at };
  }
}

/** The value if it is an object or a list. */
function placesOf(value: unknown, path: string): Place[] {
  return value !== null && typeof value === 'object' ? [{ value, path }] : [];
}

export function tooManyValues(): AppError {
  return new AppError(
    'VALIDATION_ERROR',
    `The body has too many values: at most ${String(JSON_VALUES_MAX)} are allowed.`,
  );
}

function tooDeep(param: string): AppError {
  return new AppError(
    'VALIDATION_ERROR',
    `The body is nested too deeply: at most ${String(JSON_DEPTH_MAX)} levels are allowed.`,
    {
      param,
    },
  );
}

function reservedKey(param: string): AppError {
  return new AppError('VALIDATION_ERROR', `${param}: is not a known field.`, { param });
}
