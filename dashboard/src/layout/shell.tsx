/** What is around every page: header, navigation, and the place for the page itself. */
import { AppShell, Burger, Group, NavLink, ScrollArea, Text, Title, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Suspense, useEffect } from 'react';
import { Link, Outlet, useLocation } from 'react-router';
import { useRights } from '../api/session.tsx';
import { PageBoundary } from '../parts/page-boundary.tsx';
import { LoadingState } from '../parts/states.tsx';
import { AccountMenu } from './account-menu.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { PAGE_GROUPS, type PageLink } from './pages.ts';
import { SchemeSwitch } from './scheme-switch.tsx';
import './shell.css';

const HEADER_HEIGHT_PX = 56;
const NAVIGATION_WIDTH_PX = 220;

export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  // On a phone the navigation lies over the page: going somewhere ends it.
  useEffect(close, [pathname, close]);
  return (
    <AppShell
      header={{ height: HEADER_HEIGHT_PX }}
      navbar={{ width: NAVIGATION_WIDTH_PX, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', md: 'xl' }}
    >
      <a className="skip-link" href="#page">
        Skip to the page
      </a>
      <AppShell.Header className="shell-header">
        <Group gap="sm" wrap="nowrap">
          <Burger
            opened={isOpen}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={isOpen ? 'Close navigation' : 'Open navigation'}
            aria-expanded={isOpen}
          />
          <UnstyledButton component={Link} to="/" className="shell-brand">
            <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width={26} height={26} />
            <Text component="span" fw={650}>
              Code interpreter
            </Text>
          </UnstyledButton>
        </Group>
        <Group gap="xs" wrap="nowrap">
          <SchemeSwitch />
          <AccountMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className="shell-navigation" aria-label="Pages">
        <ScrollArea type="never">
          <Navigation pathname={pathname} />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1}>
        <OfflineBanner />
        <PageBoundary key={pathname}>
          <Suspense fallback={<LoadingState />}>
            <Outlet />
          </Suspense>
        </PageBoundary>
      </AppShell.Main>
    </AppShell>
  );
}

function Navigation({ pathname }: { readonly pathname: string }) {
  const { can } = useRights();
  return PAGE_GROUPS.map((group) => {
    const pages = group.pages.filter((page) => page.role === undefined || can(page.role));
    return (
      <div key={group.label} className="shell-group">
        <Title order={2} className="shell-group-label">
          {group.label}
        </Title>
        {pages.map((page) => (
          <NavigationLink key={page.path} page={page} isHere={isHere(page.path, pathname)} />
        ))}
      </div>
    );
  });
}

function NavigationLink({ page, isHere }: { readonly page: PageLink; readonly isHere: boolean }) {
  return (
    <NavLink
      component={Link}
      to={page.path}
      label={page.label}
      active={isHere}
      aria-current={isHere ? 'page' : undefined}
      leftSection={<page.icon size={18} stroke={1.6} aria-hidden />}
      className="shell-link"
    />
  );
}

function isHere(path: string, pathname: string): boolean {
  return path === '/' ? pathname === '/' : pathname === path || pathname.startsWith(`${path}/`);
}
