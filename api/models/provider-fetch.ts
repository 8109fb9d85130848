/**
 * How providers are called. Redirects are not followed: a key in a header of its own would go along to another host.
 * Of an error's body only the beginning is read: nobody is shown more of it, and it may never end.
 */
const ERROR_BYTES_MAX = 64 * 1024;

export const providerFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'manual' });
  if (response.ok || response.body === null) return response;
  const { status, statusText, headers } = response;
  return new Response(await beginningOf(response.body), { status, statusText, headers });
};

async function beginningOf(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= ERROR_BYTES_MAX) break;
  }
  return new Uint8Array(Buffer.concat(chunks).subarray(0, ERROR_BYTES_MAX));
}
