/** The whole service and a browser at its pages, with an account of each role. */
import type { AccountRole } from '../../shared/contracts/account.ts';
import { startBrowser, type Visit, type VisitOptions } from './browser.ts';
import { ADMIN_TOKEN, bodyOf, createOperator } from './operator.ts';
import { createOperatorBrowser, PASSWORD } from './operator-browser.ts';
import { startService, type ServiceOptions } from './service.ts';

/** The account of each role. */
export const NAMES: Readonly<Record<AccountRole, string>> = { admin: 'Ada', operator: 'Oscar', viewer: 'Vera' };

export type EnterOptions = VisitOptions & { readonly role?: AccountRole };

export async function startDashboardStage({ env = {}, ...options }: ServiceOptions = {}) {
  const [service, browser] = await Promise.all([
    startService({ ...options, env: { ADMIN_TOKEN, ...env } }),
    startBrowser(),
  ]);
  const operator = createOperator(service.url);
  const visits: Visit[] = [];

  /** A visitor who is nobody yet. */
  async function visit(options: VisitOptions = {}): Promise<Visit> {
    const made = await browser.visit(service.url, options);
    visits.push(made);
    return made;
  }

  async function addAccount(role: AccountRole): Promise<void> {
    const body = { name: NAMES[role], role, password: PASSWORD };
    await bodyOf(await operator.request('POST', '/admin/api/accounts', { body }), 201);
  }

  return {
    service,
    operator,
    visit,
    addAccount,
    /** One of each role. */
    async makeAccounts(): Promise<void> {
      await createOperatorBrowser(service.url).setUp(NAMES.admin);
      await addAccount('operator');
      await addAccount('viewer');
    },
    /** A visitor who is logged in already; accounts must have been made. */
    async enter({ role = 'admin', ...options }: EnterOptions = {}): Promise<Visit> {
      const session = createOperatorBrowser(service.url);
      await session.logIn(NAMES[role]);
      const [name = '', value = ''] = (session.cookie() ?? '').split('=');
      const made = await visit(options);
      const { hostname: domain } = new URL(service.url);
      await made.context.addCookies([{ name, value, domain, path: '/admin', httpOnly: true, sameSite: 'Strict' }]);
      return made;
    },
    /** What any page of the visitors so far complained of. */
    complaints: (): readonly string[] =>
      visits.flatMap(({ complaints }) => [...complaints.outside, ...complaints.violations, ...complaints.errors]),
    async stop(): Promise<void> {
      await browser.close();
      await service.stop();
    },
  };
}

export type DashboardStage = Awaited<ReturnType<typeof startDashboardStage>>;
