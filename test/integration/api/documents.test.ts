import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOpenApiDocument } from '../../../api/openapi.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';

let stage: Stage;
let api: TestApi;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
}, 30_000);

afterAll(async () => {
  await stage.close();
});

const get = (path: string) => fetch(`${api.url}${path}`, { redirect: 'manual' });

describe('documents: /docs', () => {
  it('serves the OpenAPI document without a key', async () => {
    const answer = await get('/docs/openapi.json');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual(JSON.parse(JSON.stringify(createOpenApiDocument())));
  });

  it('names the address that clients use', async () => {
    const proxied = await stage.api({ PUBLIC_URL: 'https://code.example.com' });
    const document: unknown = await (await fetch(`${proxied.url}/docs/openapi.json`)).json();
    expect(document).toMatchObject({ servers: [{ url: 'https://code.example.com' }] });
  });

  it('serves a page whose every part comes from here', async () => {
    const page = await (await get('/docs/')).text();
    const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part);
    const all = ['swagger-ui.css', 'page.css', 'favicon-32x32.png', 'swagger-ui-bundle.js', 'start.js'];
    expect(parts).toEqual(all);
    for (const part of parts) {
      const answer = await get(`/docs/${String(part)}`);
      expect(answer.status).toBe(200);
      expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(50);
    }
  });

  it.each(['/docs/', '/docs/start.js', '/docs/swagger-ui-bundle.js'])(
    'lets %s load from no other host',
    async (path) => {
      const policy = (await get(path)).headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
    },
  );

  it('leads to the page from the path without a slash, also behind a prefix', async () => {
    const answer = await get('/docs');
    expect(answer.status).toBe(308);
    expect(answer.headers.get('location')).toBe('docs/');
  });

  it.each(['/docs/package.json', '/docs/../api/config.ts', '/docs/..%2f..%2fpackage.json', '/docs/swagger-ui.js'])(
    'serves nothing else of the package: %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it('leaves the policy of other answers as it is', async () => {
    const policy = (await get('/healthz')).headers.get('content-security-policy');
    expect(policy).toBe("default-src 'none';frame-ancestors 'none'");
  });
});
