/** Files that executions of an end-to-end test are given: uploaded, or made by code in a sandbox first. */
import type { Service } from './service.ts';
import { uploaded, type UploadOptions } from './uploads.ts';

export type Given = { readonly file_id: string; readonly name?: string };

/** Uploads a content for the service's own organization, unless another one's key is given. */
export async function given(
  service: Pick<Service, 'url' | 'tenant'>,
  content: Uint8Array | string,
  options: UploadOptions & { readonly key?: string } = {},
): Promise<Given> {
  const { key = service.tenant.key, ...upload } = options;
  const { id } = await uploaded(service.url, { organization: { ...service.tenant, key } }, content, upload);
  return { file_id: id };
}

/** What `code` attaches, as a real library writes it. */
export async function madeBy(service: Pick<Service, 'run'>, code: string): Promise<Buffer> {
  const execution = await service.run(code);
  const file = execution.outputs.find((output) => output.type === 'file');
  if (file === undefined) throw new Error(`nothing was attached: ${JSON.stringify(execution.outputs).slice(0, 500)}`);
  return Buffer.from(file.content_base64, 'base64');
}
