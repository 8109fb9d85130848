/** Logging in and out, and the first account. */
import { ChangePassword, LogIn, OperatorSession, SetUp } from '../../shared/contracts/account.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import {
  defineOperatorRoute,
  defineVisitorRoute,
  json,
  type Answer,
  type CallContext,
  type OperatorCaller,
  type Route,
} from '../http/define-route.ts';
import { noSessionCookie, sessionCookie, sessionSecretOf } from '../http/session-cookie.ts';
import type { Accounts } from '../services/accounts.ts';
import { isFromElsewhere, type OperatorAdmission } from '../services/operator-admission.ts';
import type { BegunSession, Sessions } from '../services/sessions.ts';

export type SessionRouteServices = {
  readonly accounts: Pick<Accounts, 'setUp' | 'changePassword'>;
  readonly sessions: Sessions;
  readonly operatorAdmission: OperatorAdmission;
  /** Whether browsers reach the service by TLS. */
  readonly hasTls: boolean;
};

const SESSION_PATH = '/admin/api/session';
const SETUP_PATH = '/admin/api/setup';
const LOGGED_IN = { description: 'The session; its cookie is set.', schema: OperatorSession } as const;

export function createSessionRoutes(services: SessionRouteServices): Route[] {
  return [...beginRoutes(services), ...endRoutes(services)];
}

function beginRoutes({ accounts, sessions, operatorAdmission, hasTls }: SessionRouteServices): Route[] {
  async function begun(status: number, { secret, session }: BegunSession): Promise<Answer> {
    return json(status, await sessions.describe(session), { 'set-cookie': sessionCookie(secret, hasTls) });
  }

  return [
    defineVisitorRoute({
      method: 'get',
      path: SESSION_PATH,
      operationId: 'readSession',
      summary: 'Who is logged in',
      description: 'Answers everyone; `account` is null for who is not logged in.',
      answers: [{ status: 200, description: 'The session, or that there is none.', schema: OperatorSession }],
      errors: ['DATABASE_UNAVAILABLE'],
      async handle({ header }) {
        const secret = sessionSecretOf(header('cookie'));
        const session = secret === undefined ? undefined : await sessions.find(secret);
        const forget = secret !== undefined && session === undefined && { 'set-cookie': noSessionCookie(hasTls) };
        return json(200, await sessions.describe(session), { ...forget });
      },
    }),
    defineVisitorRoute({
      method: 'post',
      path: SESSION_PATH,
      operationId: 'logIn',
      summary: 'Log in',
      description: 'With an account’s name and password. Attempts that fail are bounded and written down.',
      body: LogIn,
      answers: [{ status: 200, ...LOGGED_IN }],
      errors: ['INVALID_LOGIN', 'CSRF_TOKEN_INVALID', 'RATE_LIMITED', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      async handle(call) {
        assertOwnPage(call);
        return begun(200, await sessions.logIn(call.body, call.origin));
      },
    }),
    defineVisitorRoute({
      method: 'post',
      path: SETUP_PATH,
      operationId: 'setUpAccounts',
      summary: 'Make the first account',
      description: 'Once, with `ADMIN_TOKEN`; the account is an admin and logged in.',
      body: SetUp,
      answers: [{ status: 201, ...LOGGED_IN }],
      errors: [
        'INVALID_ADMIN_TOKEN',
        'CSRF_TOKEN_INVALID',
        'SETUP_DONE',
        'RATE_LIMITED',
        'VALIDATION_ERROR',
        'DATABASE_UNAVAILABLE',
      ],
      async handle(call) {
        assertOwnPage(call);
        const { body, origin } = call;
        const address = origin.actor.address ?? 'unknown';
        const attempt = { address, requestId: origin.requestId, method: 'POST', route: SETUP_PATH, targetId: null };
        const { actor } = await operatorAdmission.admitOperator({ token: body.token }, attempt, 'admin');
        const { id: accountId, name, role } = await accounts.setUp(body, { ...origin, actor: { ...actor, address } });
        return begun(201, await sessions.begin({ accountId, name, role }, address));
      },
    }),
  ];
}

function endRoutes({ accounts, sessions, hasTls }: SessionRouteServices): Route[] {
  const ended: Answer = { kind: 'empty', status: 204, headers: { 'set-cookie': noSessionCookie(hasTls) } };
  return [
    defineOperatorRoute({
      role: 'viewer',
      method: 'delete',
      path: SESSION_PATH,
      operationId: 'logOut',
      summary: 'Log out',
      answers: [{ status: 204, description: 'The session has ended.' }],
      errors: ['DATABASE_UNAVAILABLE'],
      async handle({ operator, origin }) {
        const { secret, accountId } = sessionOf(operator);
        await sessions.logOut(secret, accountId, origin);
        return ended;
      },
    }),
    defineOperatorRoute({
      role: 'viewer',
      method: 'delete',
      path: '/admin/api/sessions',
      operationId: 'logOutEverywhere',
      summary: 'Log out everywhere',
      description: 'Ends every session of the account, this one too.',
      answers: [{ status: 204, description: 'They have ended.' }],
      errors: ['DATABASE_UNAVAILABLE'],
      async handle({ operator, origin }) {
        await sessions.logOutEverywhere(sessionOf(operator).accountId, origin);
        return ended;
      },
    }),
    defineOperatorRoute({
      role: 'viewer',
      method: 'post',
      path: `${SESSION_PATH}/password`,
      operationId: 'changePassword',
      summary: 'Change your password',
      description: 'Ends the account’s other sessions.',
      body: ChangePassword,
      answers: [{ status: 204, description: 'It is changed.' }],
      errors: ['INVALID_LOGIN', 'RATE_LIMITED', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      async handle({ operator, origin, body }) {
        const { secret, accountId } = sessionOf(operator);
        const kept = sessions.digestOf(secret);
        await sessions.guarded(accountId, origin, () => accounts.changePassword(accountId, body, origin, kept));
        return { kind: 'empty', status: 204 };
      },
    }),
  ];
}

/** Nobody may be logged in by another site either. @throws AppError CSRF_TOKEN_INVALID */
function assertOwnPage({ header }: Pick<CallContext, 'header'>): void {
  if (!isFromElsewhere(header('sec-fetch-site'))) return;
  throw new AppError('CSRF_TOKEN_INVALID', 'Another site asked for this.');
}

/** @throws AppError SESSION_ENDED for who has the operators' token: that is no account */
function sessionOf({ session }: OperatorCaller): NonNullable<OperatorCaller['session']> {
  if (session === undefined) throw new AppError('SESSION_ENDED', 'Only an account that is logged in has a session.');
  return session;
}
