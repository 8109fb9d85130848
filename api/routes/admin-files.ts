/** Files of an organization, for operators: what the playground gives to code. */
import { z } from 'zod';
import { FileId, OrganizationId } from '../../shared/contracts/ids.ts';
import { FILE_BYTES_MAX } from '../../shared/contracts/limits.ts';
import { DeletedFile, FilePurpose, StoredFile, UploadFields } from '../../shared/contracts/stored-file.ts';
import { defineOperatorRoute, defineOperatorUploadRoute, json, type Route } from '../http/define-route.ts';
import { bodyBytesMax } from '../http/multipart.ts';
import type { Audit } from '../services/audit.ts';
import { toStoredFile } from '../services/file-view.ts';
import type { Files } from '../services/files.ts';
import { isBeingDeleted, type OrganizationSettingsReader } from '../services/organization-settings.ts';
import type { Uploads } from '../services/uploads.ts';
import { OrganizationParams } from './answers.ts';
import { addFile, UPLOAD_ERRORS } from './file-names.ts';
import { listAnswer, listSchema, pageQuery } from './lists.ts';

const PATH = '/admin/api/organizations/{id}/files';
const FileParams = z.strictObject({ id: OrganizationId, file_id: FileId });
const ListQuery = z.strictObject({
  ...pageQuery(FileId),
  order: z.enum(['asc', 'desc']).default('desc').describe('By the time they were uploaded.'),
  purpose: FilePurpose.optional(),
});

export type AdminFileServices = {
  readonly files: Pick<Files, 'list' | 'delete'>;
  readonly uploads: Pick<Uploads, 'begin'>;
  readonly settings: Pick<OrganizationSettingsReader, 'find'>;
  readonly audit: Pick<Audit, 'attempt'>;
};

export function createAdminFileRoutes(services: AdminFileServices): Route[] {
  return [listRoute(services), uploadRoute(services), deleteRoute(services)];
}

function listRoute({ files, settings }: AdminFileServices): Route {
  return defineOperatorRoute({
    role: 'viewer',
    method: 'get',
    path: PATH,
    operationId: 'listFilesOfOrganization',
    summary: 'List the files of an organization',
    params: OrganizationParams,
    query: ListQuery,
    answers: [{ status: 200, description: 'A page.', schema: listSchema(StoredFile, 'OrganizationStoredFileList') }],
    errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
    async handle({ params: { id }, query }) {
      await settings.find(id); // an unknown organization is no empty one
      const { rows, hasMore } = await files.list(id, query);
      return listAnswer({ data: rows.map(toStoredFile), hasMore });
    },
  });
}

function uploadRoute({ uploads, settings, audit }: AdminFileServices): Route {
  return defineOperatorUploadRoute({
    role: 'operator',
    method: 'post',
    path: PATH,
    operationId: 'uploadFileOfOrganization',
    summary: 'Upload a file to an organization',
    description: 'One file of at most 100 MiB, with its name; it counts against the quota of the organization.',
    params: OrganizationParams,
    upload: { fields: UploadFields, fileFields: { file: 1 }, bytesMax: bodyBytesMax(FILE_BYTES_MAX) },
    answers: [{ status: 200, description: 'The file.', schema: StoredFile }],
    errors: ['NOT_FOUND', ...UPLOAD_ERRORS],
    async handle({ params: { id: organizationId }, origin, readUpload }) {
      // Filled in by what is done, before it is written down.
      const details: Record<string, string> = {};
      return audit.attempt({ ...origin, action: 'file.upload', organizationId, details }, async () => {
        if ((await settings.find(organizationId)).status === 'deleting') throw isBeingDeleted();
        const upload = uploads.begin({ organizationId, keyId: null });
        try {
          const { purpose } = await readUpload((file) => addFile(upload, file));
          const [file] = (await upload.finish(purpose)).map(toStoredFile);
          if (file !== undefined) details['file_id'] = file.id;
          return json(200, file);
        } finally {
          await upload.close();
        }
      });
    },
  });
}

function deleteRoute({ files, audit }: AdminFileServices): Route {
  return defineOperatorRoute({
    role: 'operator',
    method: 'delete',
    path: `${PATH}/{file_id}`,
    operationId: 'deleteFileOfOrganization',
    summary: 'Delete a file of an organization',
    description: 'Executions that were given it keep it until they end.',
    params: FileParams,
    answers: [{ status: 200, description: 'It is deleted.', schema: DeletedFile }],
    errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
    async handle({ params: { id: organizationId, file_id: id }, origin }) {
      await audit.attempt({ ...origin, action: 'file.delete', organizationId, targetId: id }, () =>
        files.delete(organizationId, id),
      );
      return json(200, { id, object: 'file', deleted: true });
    },
  });
}
