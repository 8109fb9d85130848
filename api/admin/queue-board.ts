/**
 * `/admin/queues`: a board of the BullMQ queues, to look at and not to touch, for who is logged in. Other browsers ask for
 * the operators' token as the password of HTTP Basic, which is taken nowhere else.
 */
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import { Router, type Express, type Request, type RequestHandler, type Response } from 'express';
import type { Attempt } from '../../shared/contracts/audit.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import { sessionSecretOf } from '../http/session-cookie.ts';
import type { OperatorAdmission } from '../services/operator-admission.ts';
import { operatorTokenOf } from './operator-token.ts';
import { shownJob } from './shown-job.ts';

export type QueueBoardDeps = {
  readonly queues: readonly Queue[];
  readonly admitOperator: OperatorAdmission['admitOperator'];
};

export const QUEUE_BOARD_PATH = '/admin/queues';

const METHODS = ['GET', 'HEAD'];

/** The page's own scripts, from here alone; its components carry their styles with them. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function createQueueBoard({ queues, admitOperator }: QueueBoardDeps): Router {
  const router = Router();
  router.use(QUEUE_BOARD_PATH, lookOnly, letIn(admitOperator), boardOf(queues));
  return router;
}

const lookOnly: RequestHandler = (req, res, next) => {
  Object.assign(res.locals, { route: QUEUE_BOARD_PATH });
  if (!METHODS.includes(req.method)) {
    res.set('allow', METHODS.join(', '));
    throw new AppError('METHOD_NOT_ALLOWED', 'The board can only be looked at.');
  }
  next();
};

function letIn(admitOperator: QueueBoardDeps['admitOperator']): RequestHandler {
  return async (req, res, next) => {
    const authorization = req.get('authorization');
    const sessionSecret = sessionSecretOf(req.get('cookie'));
    try {
      // A browser asks without a token first: that is no attempt to guess one.
      if (authorization === undefined && sessionSecret === undefined)
        throw new AppError('INVALID_ADMIN_TOKEN', 'The operators’ token is needed, or a session.');
      const token = authorization === undefined ? undefined : operatorTokenOf(authorization);
      await admitOperator({ token, sessionSecret }, attemptOf(req, res), 'viewer');
    } catch (error) {
      res.set('www-authenticate', 'Basic realm="operators", charset="UTF-8"');
      throw error;
    }
    res.set({ 'content-security-policy': CONTENT_SECURITY_POLICY, 'cache-control': 'no-store' });
    next();
  };
}

function attemptOf(req: Request, res: Response): Attempt {
  const { requestId }: { requestId?: unknown } = res.locals;
  return {
    address: req.ip ?? 'unknown',
    requestId: typeof requestId === 'string' ? requestId : null,
    method: req.method,
    route: QUEUE_BOARD_PATH,
    targetId: null,
  };
}

function boardOf(queues: readonly Queue[]): Express {
  const adapters = queues.map((queue) => {
    const adapter = new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false });
    adapter.setFormatter('data', shownJob);
    return adapter;
  });
  const server = new ExpressAdapter().setBasePath(QUEUE_BOARD_PATH);
  // Who works on a queue it would ask the list of all clients of Redis for, which is not for api to see.
  const uiConfig = { boardTitle: 'Queues', showWorkers: false };
  createBullBoard({ queues: adapters, serverAdapter: server, options: { uiConfig } });
  // The library says `any` of the Express application that it keeps.
  const board = server.getRouter() as Express;
  return board.disable('x-powered-by');
}
