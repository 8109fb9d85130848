/** An operator's browser as the service sees it: a cookie, and the session's token on what changes something. */
import { OperatorSession } from '../../shared/contracts/account.ts';
import { ADMIN_TOKEN } from './operator.ts';

export const PASSWORD = 'correct horse battery staple';

export type BrowserOptions = {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Leaves the session's token out, or sends another. */
  readonly csrfToken?: string | null;
};

export function createOperatorBrowser(url: string, fetchSite = 'same-origin') {
  let cookie: string | undefined;
  let csrfToken: string | null = null;

  async function request(method: string, path: string, options: BrowserOptions = {}): Promise<Response> {
    const { body, headers = {}, csrfToken: token = csrfToken } = options;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(cookie !== undefined && { cookie }),
        ...(token !== null && { 'x-csrf-token': token }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        'sec-fetch-site': fetchSite,
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) cookie = set.split(';')[0];
    return response;
  }

  async function begun(asked: Promise<Response>): Promise<OperatorSession> {
    const response = await asked;
    const text = await response.text();
    if (!response.ok) throw new Error(`not logged in: ${String(response.status)} ${text}`);
    const session = OperatorSession.parse(JSON.parse(text));
    csrfToken = session.csrf_token;
    return session;
  }

  return {
    request,
    setUp: (name = 'Ada') =>
      begun(request('POST', '/admin/api/setup', { body: { token: ADMIN_TOKEN, name, password: PASSWORD } })),
    logIn: (name = 'Ada', password = PASSWORD) =>
      begun(request('POST', '/admin/api/session', { body: { name, password } })),
    session: async () => OperatorSession.parse(await (await request('GET', '/admin/api/session')).json()),
    cookie: () => cookie,
    csrfToken: () => csrfToken,
    /** Takes another's cookie, as a thief has it. */
    take(stolen: string | undefined): void {
      cookie = stolen;
    },
  };
}

export type OperatorBrowser = ReturnType<typeof createOperatorBrowser>;
