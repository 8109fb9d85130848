/** What the document shows for operators' accounts and sessions. Pure. */
const ACCOUNT = {
  id: 'acct_5d7f9h1j3k5m7n9p1q3r',
  object: 'account',
  name: 'Ada',
  role: 'admin',
  disabled: false,
  created_at: '2026-01-01T08:00:00.000Z',
  last_login_at: '2026-01-01T12:00:00.000Z',
};

const SESSION = {
  object: 'session',
  setup_needed: false,
  account: { id: ACCOUNT.id, name: ACCOUNT.name, role: ACCOUNT.role },
  csrf_token: 'Zx3vN0sQ…',
  expires_at: '2026-01-08T12:00:00.000Z',
};

const PASSWORD = 'correct horse battery';

export const ACCOUNT_EXAMPLES = {
  readSession: { answers: { 200: SESSION } },
  logIn: {
    requests: { account: { summary: 'An account', value: { name: ACCOUNT.name, password: PASSWORD } } },
    answers: { 200: SESSION },
  },
  setUpAccounts: {
    requests: {
      first: {
        summary: 'The first account',
        value: { token: 'the value of ADMIN_TOKEN', name: ACCOUNT.name, password: PASSWORD },
      },
    },
    answers: { 201: SESSION },
  },
  logOut: { answers: {} },
  logOutEverywhere: { answers: {} },
  changePassword: {
    requests: {
      new: { summary: 'A new password', value: { current_password: PASSWORD, new_password: `${PASSWORD} staple` } },
    },
    answers: {},
  },
  listAccounts: {
    answers: {
      200: { object: 'list', data: [ACCOUNT], has_more: false, first_id: ACCOUNT.id, last_id: ACCOUNT.id },
    },
  },
  createAccount: {
    requests: {
      viewer: { summary: 'Someone who looks', value: { name: 'Grace', role: 'viewer', password: PASSWORD } },
    },
    answers: { 201: { ...ACCOUNT, name: 'Grace', role: 'viewer', last_login_at: null } },
  },
  updateAccount: {
    requests: {
      role: { summary: 'Another role', value: { role: 'operator' } },
      disabled: { summary: 'No log-in any more', value: { disabled: true } },
    },
    answers: { 200: { ...ACCOUNT, role: 'operator' } },
  },
  deleteAccount: { answers: { 200: { id: ACCOUNT.id, object: 'account', deleted: true } } },
};
