/** Operators' accounts, and the session that a browser of theirs has. */
import { z } from 'zod';
import { AccountId } from './ids.ts';
import { ACCOUNT_NAME_CHARACTERS_MAX, PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN } from './limits.ts';
import { nameText } from './name-text.ts';

/** Each may do what those before it may: a viewer looks, an operator acts on work, an admin on everything. */
export const ACCOUNT_ROLES = ['viewer', 'operator', 'admin'] as const;
export const AccountRole = z.enum(ACCOUNT_ROLES);
export type AccountRole = z.infer<typeof AccountRole>;

const name = nameText(ACCOUNT_NAME_CHARACTERS_MAX).describe('Capitals make no difference.');
const password = z
  .string()
  .min(PASSWORD_CHARACTERS_MIN)
  .max(PASSWORD_CHARACTERS_MAX)
  .describe('Any characters; long is what counts.');
/** One that is only compared: how long it may be said to be is nobody's business. */
const givenPassword = z.string().min(1).max(PASSWORD_CHARACTERS_MAX);
const time = z.iso.datetime();

export const Account = z
  .strictObject({
    id: AccountId,
    object: z.literal('account'),
    name: z.string(),
    role: AccountRole,
    disabled: z.boolean().describe('Whether it can log in no more.'),
    created_at: time,
    last_login_at: time.nullable(),
  })
  .meta({ id: 'Account' });
export type Account = z.infer<typeof Account>;

export const AccountList = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(Account),
    has_more: z.literal(false),
    first_id: AccountId.nullable(),
    last_id: AccountId.nullable(),
  })
  .meta({ id: 'AccountList' });
export type AccountList = z.infer<typeof AccountList>;

export const OperatorSession = z
  .strictObject({
    object: z.literal('session'),
    setup_needed: z.boolean().describe('Whether there is no account yet.'),
    account: z
      .strictObject({ id: AccountId, name: z.string(), role: AccountRole })
      .nullable()
      .describe('Who is logged in; null: nobody.'),
    csrf_token: z
      .string()
      .nullable()
      .describe('Goes into the header `x-csrf-token` of every call that changes something.'),
    expires_at: time.nullable(),
  })
  .meta({ id: 'OperatorSession' });
export type OperatorSession = z.infer<typeof OperatorSession>;

export const LogIn = z
  .strictObject({ name: nameText(ACCOUNT_NAME_CHARACTERS_MAX), password: givenPassword })
  .meta({ id: 'LogIn' });
export type LogIn = z.infer<typeof LogIn>;

export const SetUp = z
  .strictObject({ token: z.string().min(1).max(256).describe('`ADMIN_TOKEN`.'), name, password })
  .meta({ id: 'SetUp' });
export type SetUp = z.infer<typeof SetUp>;

export const ChangePassword = z
  .strictObject({ current_password: givenPassword, new_password: password })
  .meta({ id: 'ChangePassword' });
export type ChangePassword = z.infer<typeof ChangePassword>;

export const CreateAccount = z
  .strictObject({ name, role: AccountRole.default('viewer'), password })
  .meta({ id: 'CreateAccount' });
export type CreateAccount = z.infer<typeof CreateAccount>;

export const UpdateAccount = z
  .strictObject({ role: AccountRole.optional(), disabled: z.boolean().optional(), password: password.optional() })
  .meta({ id: 'UpdateAccount' });
export type UpdateAccount = z.infer<typeof UpdateAccount>;

export const DeletedAccount = z
  .strictObject({ id: AccountId, object: z.literal('account'), deleted: z.literal(true) })
  .meta({ id: 'DeletedAccount' });
