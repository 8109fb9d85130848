/** From rows to what clients see of files. Pure. */
import type { OrganizationFile, StoredFile } from '../../shared/contracts/stored-file.ts';
import type { FileRow } from '../store/schema.ts';

const MS_PER_S = 1_000;

export function toStoredFile(row: FileRow): StoredFile {
  return {
    id: row.id,
    object: 'file',
    bytes: row.size_bytes,
    created_at: Math.floor(row.created_at.getTime() / MS_PER_S),
    filename: row.name,
    purpose: row.purpose,
    mime_type: row.mime_type,
    sha256: row.sha256,
    status: 'processed',
  };
}

export function toOrganizationFile(row: FileRow): OrganizationFile {
  return {
    id: row.id,
    name: row.name,
    organizationId: row.organization_id,
    size: row.size_bytes,
    mimeType: row.mime_type,
    purpose: row.purpose,
    status: 'uploaded',
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  };
}
