/** Takes the parts of an upload as a parser finds them; what is wrong with one fails the whole. */
import type { Readable } from 'node:stream';
import type { BusboyInstance } from '@fastify/busboy';
import { AppError } from '../../shared/contracts/errors.ts';
import { FILE_BYTES_MAX, UPLOAD_FIELD_BYTES_MAX } from '../../shared/contracts/limits.ts';
import { broken, invalid, tooLarge } from './upload-refusals.ts';

export type UploadedFile = {
  /** The field it came in. */
  readonly field: string;
  /** As the client wrote it; undefined when it did not. */
  readonly name: string | undefined;
  readonly type: string;
  readonly content: Readable;
};

export type UploadShape = {
  /** Fields that files may come in; each takes as many as its number says. */
  readonly fileFields: Readonly<Record<string, number>>;
  /** Of the whole body, all that is around the files included. */
  readonly bytesMax: number;
};

export type Taking = {
  readonly parser: BusboyInstance;
  readonly shape: UploadShape;
  readonly onFile: (file: UploadedFile) => Promise<void>;
};

/** Collects text fields; each may come once. */
export function takeFields(parser: BusboyInstance, fail: (error: AppError) => void): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  parser.on('field', (name: string | undefined, value, _nameCut, isCut) => {
    if (name === undefined) fail(broken('has a part without a name'));
    else if (isCut) fail(invalid(name, `must be at most ${String(UPLOAD_FIELD_BYTES_MAX)} bytes`));
    else if (fields.has(name)) fail(invalid(name, 'is there twice'));
    else fields.set(name, value);
  });
  for (const event of ['partsLimit', 'fieldsLimit'] as const) {
    parser.on(event, () => {
      fail(broken('has too many parts'));
    });
  }
  return fields;
}

/** Hands the files on, one after the other. */
export function takeFiles({ parser, shape, onFile }: Taking, fail: (error: unknown) => void) {
  const open = new Set<Readable>();
  const counts = new Map<string, number>();
  let taken: Promise<void> = Promise.resolve();

  parser.on('filesLimit', () => {
    fail(new AppError('VALIDATION_ERROR', 'There are too many files in one upload.'));
  });
  parser.on('file', (field: string | undefined, content, ...[name, , type]: [string | undefined, string, string]) => {
    content.on('error', () => undefined); // whoever takes it hears of it
    const problem = refusal(field ?? '', shape, counts);
    if (problem !== undefined) {
      fail(problem);
      content.resume();
      return;
    }
    open.add(content);
    content
      .once('close', () => open.delete(content))
      .once('limit', () => {
        content.destroy(tooLarge(FILE_BYTES_MAX));
      });
    const file = { field: field ?? '', name, type, content };
    taken = taken.then(() => (content.destroyed ? undefined : onFile(file))).catch(fail);
  });

  return {
    /** Never rejects. */
    taken: () => taken,
    breakOff(error: Error): void {
      for (const content of open) content.destroy(error);
    },
  };
}

function refusal(field: string, { fileFields }: UploadShape, counts: Map<string, number>): AppError | undefined {
  const most = Object.hasOwn(fileFields, field) ? (fileFields[field] ?? 0) : 0;
  if (most === 0) return invalid(field, `takes no file; known are ${Object.keys(fileFields).join(', ')}`);
  const count = (counts.get(field) ?? 0) + 1;
  counts.set(field, count);
  return count > most ? invalid(field, `takes at most ${String(most)} files`) : undefined;
}
