/** What the document shows for the calls of files. Pure. */

const FILE = {
  id: 'file_7h2k9m4p6q8r1s3t5v0w',
  object: 'file',
  bytes: 48_211,
  created_at: 1_767_268_800,
  filename: 'sales.csv',
  purpose: 'user_data',
  mime_type: 'text/csv',
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  status: 'processed',
};

const ORGANIZATION_FILE = {
  id: FILE.id,
  name: FILE.filename,
  organizationId: 'org_7d2fk0q9w3e5r8t1y6u4',
  size: FILE.bytes,
  mimeType: FILE.mime_type,
  purpose: 'vector_store',
  status: 'uploaded',
  createdAt: '2026-01-01T12:00:00.000Z',
  createdBy: 'key_3c5e7g9i1k2m4o6q8s0u',
};

/** By `operationId`. */
export const FILE_EXAMPLES = {
  uploadFile: { answers: { 200: FILE } },
  listFiles: {
    answers: { 200: { object: 'list', data: [FILE], has_more: false, first_id: FILE.id, last_id: FILE.id } },
  },
  readFile: { answers: { 200: FILE } },
  deleteFile: { answers: { 200: { id: FILE.id, object: 'file', deleted: true } } },
  uploadOrganizationFiles: { answers: { 200: ORGANIZATION_FILE } },
  listOrganizationFiles: { answers: { 200: { data: [ORGANIZATION_FILE], total: 1, page: 1, pageSize: 20 } } },
};
