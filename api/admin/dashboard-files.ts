/**
 * `/admin`: the operators' pages, as `dashboard/` was built. Their policy lets in what comes from here alone: no script
 * or style that stands in a page, but for the styles that bear the nonce of this one answer.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import express, { Router, type RequestHandler, type Response } from 'express';
import { AppError } from '../../shared/contracts/errors.ts';

export const DASHBOARD_PATH = '/admin';

const METHODS = ['GET', 'HEAD'];
/** Stands in the built page in each place of the nonce. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';
const NONCE_BYTES = 16;
const ASSET_MAX_AGE_MS = 365 * 24 * 3_600_000;
/** What else is in the directory changes with the build under the same name. */
const FILE_MAX_AGE_MS = 3_600_000;

const NOT_BUILT = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Code interpreter</title></head>
  <body><h1>The pages are not built</h1><p>Run <code>npm run dashboard</code> in the project; npm start does it too.</p></body>
</html>
`;

/** @param directory where the build is, or would be */
export function createDashboardFiles(directory: string): Router {
  const router = Router();
  const common = { index: false, redirect: false, dotfiles: 'ignore' } as const;
  const assets = join(directory, 'assets');
  const hashed = express.static(assets, { ...common, immutable: true, maxAge: ASSET_MAX_AGE_MS });
  router.use(`${DASHBOARD_PATH}/api`, leave);
  router.use(DASHBOARD_PATH, lookOnly);
  router.use(`${DASHBOARD_PATH}/assets`, compressed(assets), hashed, missing);
  router.use(DASHBOARD_PATH, express.static(directory, { ...common, maxAge: FILE_MAX_AGE_MS }));
  router.use(DASHBOARD_PATH, page(join(directory, 'index.html')));
  return router;
}

/** Whoever calls the operators' API under a wrong path is no reader of pages. */
const leave: RequestHandler = (_req, _res, next) => {
  next('router');
};

/** The build has a compressed copy beside each file that is worth it. */
function compressed(assets: string): RequestHandler {
  return (req, res, next) => {
    res.vary('accept-encoding');
    const isAsked = req.acceptsEncodings('gzip') === 'gzip';
    if (isAsked && /^\/[\w.-]+$/.test(req.path) && existsSync(join(assets, `${req.path}.gz`))) {
      res.type(extname(req.path)).set('content-encoding', 'gzip');
      req.url = `${req.path}.gz`;
    }
    next();
  };
}

const missing: RequestHandler = () => {
  throw new AppError('NOT_FOUND', 'There is no such file; the pages may have been built anew: load them again.');
};

const lookOnly: RequestHandler = (req, res, next) => {
  Object.assign(res.locals, { route: DASHBOARD_PATH });
  if (!METHODS.includes(req.method)) {
    res.set('allow', METHODS.join(', '));
    throw new AppError('METHOD_NOT_ALLOWED', 'The pages can only be looked at.');
  }
  next();
};

/** Every path below is the page: its script reads which one is meant. */
function page(file: string): RequestHandler {
  return (_req, res) => {
    if (!existsSync(file)) {
      sendPage(res.status(503), NOT_BUILT, "default-src 'none'");
      return;
    }
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    sendPage(res.status(200), readFileSync(file, 'utf8').replaceAll(NONCE_PLACEHOLDER, nonce), policyOf(nonce));
  };
}

function sendPage(res: Response, html: string, policy: string): void {
  res.set({
    'content-security-policy': policy,
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(Buffer.byteLength(html)),
    'cache-control': 'no-store',
  });
  res.end(html);
}

function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
