import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ensureDashboard } from '../../scripts/setup/dashboard.ts';

const PROJECT = dirname(dirname(import.meta.dirname));
const DIST = join(PROJECT, 'dashboard', 'dist');
const FIRST_PAGE_BYTES_MAX = 350 * 1024;
const BUILD_MS_MAX = 120_000;

/** Names in the code of the first page that nothing is loaded from: of namespaces, and of pages that errors point to. */
const ONLY_NAMED = [
  'www.w3.org',
  'react.dev',
  'mantine.dev',
  'help.mantine.dev',
  'tanstack.com',
  'redux.js.org',
  'reactrouter.com',
  'github.com',
];

const Manifest = z.record(
  z.string(),
  z.object({
    file: z.string(),
    imports: z.array(z.string()).default([]),
    css: z.array(z.string()).default([]),
    isEntry: z.boolean().default(false),
  }),
);

/** Everything that the browser needs before it shows the pages of `keys`. */
function filesOf(keys: readonly string[]): string[] {
  const manifest = Manifest.parse(JSON.parse(read('.vite/manifest.json')));
  const seen = new Set<string>();
  const files = new Set<string>(['index.html', 'icon.svg']);
  const visit = (key: string) => {
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`${key} is not in the manifest`);
    if (seen.has(key)) return;
    seen.add(key);
    for (const file of [chunk.file, ...chunk.css]) files.add(file);
    chunk.imports.forEach(visit);
  };
  keys.forEach(visit);
  return [...files];
}

function read(file: string): string {
  return readFileSync(join(DIST, file), 'utf8');
}

function gzippedBytes(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(DIST, file))).length, 0);
}

const OVERVIEW = ['index.html', 'src/pages/overview/overview-page.tsx'];

describe('dashboard: build', () => {
  beforeAll(async () => {
    expect([null, 'built']).toContain(await ensureDashboard(PROJECT));
  }, BUILD_MS_MAX);

  it.each([['overview'], ['login'], ['executions']])('loads at most 350 KiB, packed, for the page %s', (page) => {
    const bytes = gzippedBytes(filesOf(['index.html', `src/pages/${page}/${page}-page.tsx`]));
    expect(bytes).toBeLessThanOrEqual(FIRST_PAGE_BYTES_MAX);
  });

  it('loads no more with the charts of the first page', () => {
    const charts = 'src/parts/time-chart.tsx';
    expect(gzippedBytes(filesOf([...OVERVIEW, charts]))).toBeLessThanOrEqual(FIRST_PAGE_BYTES_MAX);
  });

  it('loads the heavy libraries with no page from its beginning', () => {
    const manifest = Manifest.parse(JSON.parse(read('.vite/manifest.json')));
    const pages = Object.keys(manifest).filter((key) => key.startsWith('src/pages/'));
    const heavy = pages.filter((page) => /plotly|katex/.test(filesOf(['index.html', page]).join(' ')));
    expect(pages.length).toBeGreaterThan(10);
    expect(heavy).toEqual([]);
  });

  it('names no outside host in what the browser loads first', () => {
    const text = filesOf(OVERVIEW).map(read).join('\n');
    const hosts = [...text.matchAll(/(?:https?:)?\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)/gi)].map(([, host]) => host);
    expect([...new Set(hosts)].filter((host) => !ONLY_NAMED.includes(host ?? ''))).toEqual([]);
  });

  it('loads nothing from elsewhere in any style', () => {
    const styles = readdirSync(join(DIST, 'assets')).filter((name) => name.endsWith('.css'));
    const loads = styles.flatMap((name) => [...read(`assets/${name}`).matchAll(/(?:url\(|@import)[^;)]*/g)]);
    expect(styles.length).toBeGreaterThan(0);
    expect(loads.map(([load]) => load)).toEqual([]);
  });

  it('has no script and no style within its document', () => {
    const html = read('index.html');
    const scripts = [...html.matchAll(/<script\b([^>]*)>([^<]*)<\/script>/g)];
    expect(scripts).toHaveLength(1);
    expect(scripts.filter(([, attributes, body]) => !/\bsrc="\/admin\//.test(attributes ?? '') || body !== '')).toEqual(
      [],
    );
    expect(html).not.toMatch(/<style|\son[a-z]+=|\sstyle=|javascript:/);
    expect(html).toContain('nonce="__CSP_NONCE__"');
  });
});
