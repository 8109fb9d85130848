/** The pages that the navigation leads to. */
import {
  IconActivity,
  IconBuilding,
  IconHistory,
  IconListDetails,
  IconMessages,
  IconPlayerPlay,
  IconServer,
  IconSettings,
  IconStack2,
  IconUsers,
  type Icon,
} from '@tabler/icons-react';
import type { AccountRole } from '../../../shared/contracts/account.ts';

export type PageLink = {
  readonly path: string;
  readonly label: string;
  readonly icon: Icon;
  /** Shown only to those who may do something there. */
  readonly role?: AccountRole;
};

export type PageGroup = { readonly label: string; readonly pages: readonly PageLink[] };

export const PAGE_GROUPS: readonly PageGroup[] = [
  {
    label: 'Now',
    pages: [
      { path: '/', label: 'Overview', icon: IconActivity },
      { path: '/executions', label: 'Executions', icon: IconListDetails },
      { path: '/queue', label: 'Queue', icon: IconStack2 },
      { path: '/workers', label: 'Workers', icon: IconServer },
    ],
  },
  {
    label: 'Tenants',
    pages: [
      { path: '/organizations', label: 'Organizations', icon: IconBuilding },
      { path: '/responses', label: 'Responses', icon: IconMessages },
      { path: '/playground', label: 'Playground', icon: IconPlayerPlay },
    ],
  },
  {
    label: 'Service',
    pages: [
      { path: '/audit', label: 'Audit', icon: IconHistory },
      { path: '/settings', label: 'Settings', icon: IconSettings },
      { path: '/accounts', label: 'Accounts', icon: IconUsers, role: 'admin' },
    ],
  },
];
