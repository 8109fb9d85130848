/** `/docs/`: the OpenAPI document with a viewer that is served from here and asks no other host. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Router, type RequestHandler, type Response } from 'express';

const require = createRequire(import.meta.url);

/** Everything the viewer loads comes from this server; its style sheet holds its pictures as data. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Code interpreter</title>
    <link rel="stylesheet" href="swagger-ui.css">
    <link rel="stylesheet" href="page.css">
    <link rel="icon" type="image/png" href="favicon-32x32.png">
  </head>
  <body>
    <div id="viewer"></div>
    <script src="swagger-ui-bundle.js"></script>
    <script src="start.js"></script>
  </body>
</html>
`;

/** Without a validator: the viewer's own would send the document to another host. */
const START = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#viewer',
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
});
`;

/** The viewer's empty column of links makes the page wider than a telephone; long examples are scrolled in their box. */
const PAGE_STYLE = `body { margin: 0; }
.swagger-ui .response-col_links { display: none; }
.swagger-ui .responses-table { table-layout: fixed; }
.swagger-ui .response-col_status, .swagger-ui .responses-header .col_header:first-child { width: 4em; }
.swagger-ui .body-param__text { min-height: 10em; height: 12em; }
`;

const VIEWER_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];
const VIEWER_MAX_AGE_MS = 3_600_000;

/** @param openApi makes the document; called once, when it is first asked for */
export function createDocuments(openApi: () => unknown): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const viewer = dirname(require.resolve('swagger-ui-dist/package.json'));
  let document: string | undefined;
  router.use('/docs', (_req, res, next) => {
    res.set('content-security-policy', CONTENT_SECURITY_POLICY);
    next();
  });
  // Relative, so that a prefix which a proxy strips stays.
  router.get('/docs', (_req, res) => {
    res.redirect(308, 'docs/');
  });
  router.get(
    '/docs/',
    text('text/html', () => PAGE),
  );
  router.get(
    '/docs/page.css',
    text('text/css', () => PAGE_STYLE),
  );
  router.get(
    '/docs/start.js',
    text('text/javascript', () => START),
  );
  router.get(
    '/docs/openapi.json',
    text('application/json', () => (document ??= JSON.stringify(openApi()))),
  );
  for (const name of VIEWER_FILES) {
    router.get(`/docs/${name}`, (_req, res: Response, next) => {
      res.sendFile(name, { root: viewer, maxAge: VIEWER_MAX_AGE_MS }, (error?: Error) => {
        if (error !== undefined && !res.headersSent) next(error);
      });
    });
  }
  return router;
}

function text(type: string, content: () => string): RequestHandler {
  return (_req, res) => {
    res.set({ 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' }).end(content());
  };
}
