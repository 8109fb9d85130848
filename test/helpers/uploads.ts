/** Uploads to an api under test. */
import type { StoredFile } from '../../shared/contracts/stored-file.ts';
import { createApiClient } from './api-client.ts';
import type { Client } from './api-stage.ts';

export type UploadOptions = { readonly name?: string; readonly type?: string; readonly purpose?: string };

/** A form with one file, as a client library sends it. */
export function formOf(content: Uint8Array | string, { name = 'data.csv', type = '', purpose }: UploadOptions = {}) {
  const form = new FormData();
  if (purpose !== undefined) form.set('purpose', purpose);
  form.set('file', new File([Buffer.from(content)], name, { type }));
  return form;
}

export function postForm(
  url: string,
  { organization }: Pick<Client, 'organization'>,
  form: FormData,
  path = '/v1/files',
) {
  return fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${organization.key}` },
    body: form,
  });
}

/** Uploads one file and expects it to be taken. */
export async function uploaded(
  url: string,
  { organization }: Pick<Client, 'organization'>,
  content: Uint8Array | string,
  options: UploadOptions = {},
): Promise<StoredFile> {
  return createApiClient(url, organization.key).upload(formOf(content, options));
}
