/** Debian's Chromium for a test, and what its pages complain of. */
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { findProgram } from '../../scripts/setup/command.ts';

/** Of the pages themselves: a frame with markup of a tenant has a policy of its own, whose work is to refuse. */
export type Complaints = {
  /** Requests that left the service, refused by its policy or not. */
  readonly outside: string[];
  /** What the content security policy refused. */
  readonly violations: string[];
  /** Uncaught errors, dialogs that a script opened, and windows. */
  readonly errors: string[];
};

export type Visit = { readonly context: BrowserContext; readonly page: Page; readonly complaints: Complaints };

export type VisitOptions = {
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
};

const DESKTOP = { width: 1280, height: 800 };
/** Of a page that waits for something: a busy machine may take long. */
const PATIENCE_MS = 30_000;
/** The address of a frame, by its path. */
const IN_FRAME = /\/outputs\/\d+\/frame\?/;

export async function startBrowser() {
  const executablePath = findProgram('chromium');
  if (executablePath === undefined) throw new Error('chromium is missing: npm run test:browser installs it');
  // Chromium's own sandbox cannot be had by root; what it shows here comes from the service alone.
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  return {
    /** A new visitor, who has no cookies, at the service that `baseURL` names. */
    async visit(baseURL: string, { colorScheme = 'light', viewport = DESKTOP }: VisitOptions = {}): Promise<Visit> {
      const context = await browser.newContext({
        baseURL,
        colorScheme,
        viewport,
        timezoneId: 'Europe/Berlin',
        locale: 'en-GB',
        reducedMotion: 'reduce',
      });
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      return { context, page, complaints: listenTo(context, page, new URL(baseURL).origin) };
    },
    close: () => browser.close(),
  };
}

function listenTo(context: BrowserContext, page: Page, origin: string): Complaints {
  const complaints: Complaints = { outside: [], violations: [], errors: [] };
  context.on('request', (request) => {
    const url = new URL(request.url());
    const isOwn = url.origin === origin || ['data:', 'blob:', 'about:'].includes(url.protocol);
    if (!isOwn && request.frame() === page.mainFrame()) complaints.outside.push(request.url());
  });
  context.on('console', (message) => {
    const isOfPage = !IN_FRAME.test(message.location().url);
    if (isOfPage && /content security policy/i.test(message.text())) complaints.violations.push(message.text());
  });
  context.on('weberror', (error) => complaints.errors.push(error.error().message));
  context.on('dialog', (dialog) => {
    complaints.errors.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => complaints.errors.push(`a window: ${popup.url()}`));
  return complaints;
}
