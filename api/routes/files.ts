/** `/v1/files`: files of an organization, in OpenAI's shape. */
import { create as contentDisposition } from 'content-disposition';
import { z } from 'zod';
import { FileId } from '../../shared/contracts/ids.ts';
import { FILE_BYTES_MAX } from '../../shared/contracts/limits.ts';
import { DeletedFile, FilePurpose, StoredFile, UploadFields } from '../../shared/contracts/stored-file.ts';
import { defineRoute, defineUploadRoute, json, type Answer, type Route } from '../http/define-route.ts';
import { bodyBytesMax } from '../http/multipart.ts';
import { isNotModified, wantedRange } from '../http/ranges.ts';
import { toStoredFile } from '../services/file-view.ts';
import type { Files } from '../services/files.ts';
import type { Uploads } from '../services/uploads.ts';
import { addFile, UPLOAD_ERRORS } from './file-names.ts';
import { listAnswer, listSchema, pageQuery } from './lists.ts';

const FileParams = z.strictObject({ id: FileId });

const ListQuery = z.strictObject({
  ...pageQuery(FileId),
  order: z.enum(['asc', 'desc']).default('desc').describe('By the time they were uploaded.'),
  purpose: FilePurpose.optional(),
});

export type FileRouteDeps = {
  readonly files: Pick<Files, 'read' | 'list' | 'openContent' | 'delete'>;
  readonly uploads: Pick<Uploads, 'begin'>;
};

export function createFileRoutes({ files, uploads }: FileRouteDeps): Route[] {
  return [
    createUploadRoute(uploads),
    defineRoute({
      scope: 'files',
      method: 'get',
      path: '/v1/files',
      operationId: 'listFiles',
      summary: 'List files',
      query: ListQuery,
      answers: [{ status: 200, description: 'A page.', schema: listSchema(StoredFile, 'FileList') }],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      async handle({ organizationId, query }) {
        const { rows, hasMore } = await files.list(organizationId, query);
        return listAnswer({ data: rows.map(toStoredFile), hasMore });
      },
    }),
    defineRoute({
      scope: 'files',
      method: 'get',
      path: '/v1/files/{id}',
      operationId: 'readFile',
      summary: 'Read what a file is',
      params: FileParams,
      answers: [{ status: 200, description: 'The file, without its content.', schema: StoredFile }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, params }) =>
        json(200, toStoredFile(await files.read(organizationId, params.id))),
    }),
    createContentRoute(files),
    defineRoute({
      scope: 'files',
      method: 'delete',
      path: '/v1/files/{id}',
      operationId: 'deleteFile',
      summary: 'Delete a file',
      description: 'Executions that were given it keep it until they end.',
      params: FileParams,
      answers: [{ status: 200, description: 'It is deleted.', schema: DeletedFile }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      async handle({ organizationId, params }) {
        await files.delete(organizationId, params.id);
        return json(200, { id: params.id, object: 'file', deleted: true });
      },
    }),
  ];
}

function createUploadRoute(uploads: FileRouteDeps['uploads']): Route {
  return defineUploadRoute({
    scope: 'files',
    method: 'post',
    path: '/v1/files',
    operationId: 'uploadFile',
    summary: 'Upload a file',
    description:
      'One file of at most 100 MiB, with its name. It is stored durably before the answer. The same content is stored, ' +
      'and counted against the quota, once per organization.',
    upload: { fields: UploadFields, fileFields: { file: 1 }, bytesMax: bodyBytesMax(FILE_BYTES_MAX) },
    answers: [{ status: 200, description: 'The file.', schema: StoredFile }],
    errors: UPLOAD_ERRORS,
    async handle(call) {
      const upload = uploads.begin(call);
      try {
        const { purpose } = await call.readUpload((file) => addFile(upload, file));
        const [file] = (await upload.finish(purpose)).map(toStoredFile);
        return json(200, file);
      } finally {
        await upload.close();
      }
    },
  });
}

function createContentRoute(files: Pick<Files, 'read' | 'openContent'>): Route {
  return defineRoute({
    scope: 'files',
    method: 'get',
    path: '/v1/files/{id}/content',
    operationId: 'readFileContent',
    summary: 'Download a file',
    description:
      'Always sent as a download. One range of bytes can be asked for with `Range`, and `If-Range` with the `ETag`. A ' +
      'whole content is compared with its digest: if it is damaged, the connection ends before it is complete.',
    params: FileParams,
    requestHeaders: [
      { name: 'Range', description: '`bytes=0-499`, `bytes=500-` or `bytes=-500`.' },
      { name: 'If-Range', description: 'The `ETag` that the range is of.' },
      { name: 'If-None-Match', description: 'The `ETag` that is there already.' },
    ],
    answers: [
      {
        status: 200,
        description: 'The bytes.',
        bytes: true,
        headers: { ETag: 'The digest of the content.', 'Content-Disposition': '`attachment` with the name.' },
      },
      { status: 206, description: 'The range.', bytes: true, headers: { 'Content-Range': 'Which, and of how many.' } },
      { status: 304, description: 'The content is the one of the `ETag` given.' },
    ],
    errors: ['NOT_FOUND', 'RANGE_NOT_SATISFIABLE', 'DATABASE_UNAVAILABLE', 'FILE_STORAGE_UNAVAILABLE'],
    async handle({ organizationId, params, header }): Promise<Answer> {
      const row = await files.read(organizationId, params.id);
      const [etag, sizeBytes] = [`"${row.sha256}"`, row.size_bytes];
      if (isNotModified(header('if-none-match'), etag)) return { kind: 'empty', status: 304, headers: { etag } };
      const range = wantedRange(header('range'), header('if-range'), { etag, sizeBytes });
      return {
        kind: 'stream',
        status: range === undefined ? 200 : 206,
        contentType: row.mime_type,
        headers: {
          etag,
          'accept-ranges': 'bytes',
          'content-disposition': contentDisposition(row.name),
          // A browser that gets hold of it saves it, guesses nothing, and runs nothing of it.
          'content-security-policy': "sandbox; default-src 'none'",
          'x-content-type-options': 'nosniff',
          ...(range && { 'content-range': `bytes ${String(range.first)}-${String(range.last)}/${String(sizeBytes)}` }),
        },
        sizeBytes: range === undefined ? sizeBytes : range.last - range.first + 1,
        open: () => files.openContent(row, range),
      };
    },
  });
}
