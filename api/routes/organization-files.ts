/** `/v1/organizations/{organization_id}/files`: the same files, for clients that name the organization in the path. */
import { z } from 'zod';
import { AppError } from '../../shared/contracts/errors.ts';
import { OrganizationId } from '../../shared/contracts/ids.ts';
import {
  PAGE_NUMBER_MAX,
  PAGE_SIZE_DEFAULT,
  PAGE_SIZE_MAX,
  UPLOAD_BYTES_MAX,
  UPLOAD_FILES_MAX,
} from '../../shared/contracts/limits.ts';
import {
  FilePurpose,
  FileSearchText,
  OrganizationFile,
  OrganizationFileList,
  OrganizationUploadFields,
} from '../../shared/contracts/stored-file.ts';
import { defineRoute, defineUploadRoute, json, type Route } from '../http/define-route.ts';
import { bodyBytesMax } from '../http/multipart.ts';
import { toOrganizationFile } from '../services/file-view.ts';
import type { Files } from '../services/files.ts';
import type { Uploads } from '../services/uploads.ts';
import { queryNumber } from './answers.ts';
import { addFile, UPLOAD_ERRORS } from './file-names.ts';

const PATH = '/v1/organizations/{organization_id}/files';
const Params = z.strictObject({ organization_id: OrganizationId });

const ListQuery = z.strictObject({
  page: queryNumber(1, PAGE_NUMBER_MAX).default(1),
  pageSize: queryNumber(1, PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
  purpose: FilePurpose.optional(),
  search: FileSearchText.optional().describe('A part of the name, in any case.'),
});

export type OrganizationFileRouteDeps = {
  readonly files: Pick<Files, 'search'>;
  readonly uploads: Pick<Uploads, 'begin'>;
};

export function createOrganizationFileRoutes({ files, uploads }: OrganizationFileRouteDeps): Route[] {
  return [
    defineUploadRoute({
      scope: 'files',
      method: 'post',
      path: `${PATH}/upload`,
      operationId: 'uploadOrganizationFiles',
      summary: 'Upload files to an organization',
      description:
        'One file in `file` is answered with itself; up to 20 in `files`, 200 MiB together, with a list. Either all of ' +
        'them are stored or none.',
      params: Params,
      upload: {
        fields: OrganizationUploadFields,
        fileFields: { file: 1, files: UPLOAD_FILES_MAX },
        bytesMax: bodyBytesMax(UPLOAD_BYTES_MAX),
      },
      answers: [
        {
          status: 200,
          description: 'The file, or the files.',
          schema: z.union([OrganizationFile, OrganizationFileList]),
        },
      ],
      errors: ['ORGANIZATION_ACCESS_DENIED', ...UPLOAD_ERRORS],
      async handle(call) {
        assertOwn(call.organizationId, call.params.organization_id);
        const upload = uploads.begin(call);
        const fields = new Set<string>();
        try {
          const { purpose } = await call.readUpload(async (file) => {
            fields.add(file.field);
            await addFile(upload, file);
          });
          if (fields.size > 1)
            throw new AppError('VALIDATION_ERROR', 'Send "file" or "files", not both.', { param: 'files' });
          const data = (await upload.finish(purpose)).map(toOrganizationFile);
          if (fields.has('file')) return json(200, data[0]);
          return json(200, { data, total: data.length, page: 1, pageSize: data.length });
        } finally {
          await upload.close();
        }
      },
    }),
    defineRoute({
      scope: 'files',
      method: 'get',
      path: PATH,
      operationId: 'listOrganizationFiles',
      summary: 'List files of an organization',
      description: 'Newest first.',
      params: Params,
      query: ListQuery,
      answers: [{ status: 200, description: 'A page.', schema: OrganizationFileList }],
      errors: ['ORGANIZATION_ACCESS_DENIED', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      async handle({ organizationId, params, query }) {
        assertOwn(organizationId, params.organization_id);
        const { rows, total } = await files.search(organizationId, query);
        const { page, pageSize } = query;
        return json(200, { data: rows.map(toOrganizationFile), total, page, pageSize });
      },
    }),
  ];
}

/** @throws AppError ORGANIZATION_ACCESS_DENIED */
function assertOwn(own: OrganizationId, named: OrganizationId): void {
  if (own !== named) {
    throw new AppError('ORGANIZATION_ACCESS_DENIED', 'The organization in the path is not the one of the key.');
  }
}
