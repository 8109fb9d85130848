/** What documents name is there: files, headings, scripts, and the tests of each control in SECURITY.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

const project = join(import.meta.dirname, '..', '..');
const written = (path: string) => readFileSync(join(project, path), 'utf8');
const FOLDERS = [
  'api',
  'bench',
  'dashboard/src',
  'deploy',
  'docs',
  'sandbox-image',
  'scripts',
  'shared',
  'test',
  'worker',
];
const files = [
  ...readdirSync(project, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : [])),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  ),
];
const documents = files.filter((path) => path.endsWith('.md'));
/** Files of other machines, and of those who follow a document. */
const ELSEWHERE = new Set(['/etc/docker/daemon.json', 'docker-compose.override.yml', 'secrets.json']);
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(written('package.json')));

const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found);
const prose = (path: string) => written(path).replaceAll(/```.*?```/gs, '');

/** `a.{b,c}` stands for both. */
function expanded(name: string): string[] {
  const [whole, inner] = /\{([^{}]*,[^{}]*)\}/.exec(name) ?? [];
  return whole === undefined || inner === undefined
    ? [name]
    : inner.split(',').flatMap((part) => expanded(name.replace(whole, part)));
}

/** As the places of headings are called in an address. */
const anchorsOf = (path: string) =>
  all(written(path), /^#+ (.*)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );

function isBroken(document: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : normalize(join(dirname(document), path));
  if (!existsSync(join(project, target))) return true;
  return anchor !== undefined && !anchorsOf(target).includes(anchor);
}

describe('references of documents', () => {
  it.each(documents)('%s links to what is there', (document) => {
    const links = all(prose(document), /\]\(([^)\s]+)\)/g).filter((link) => !/^https?:/.test(link));
    expect(links.filter((link) => isBroken(document, link))).toEqual([]);
  });

  it.each(documents)('%s names only files that there are', (document) => {
    const named = all(prose(document), /`([\w./{},@-]+\.(?:ts|tsx|py|md|json|cjs|mjs|sh|acl|yml))`/g).flatMap(expanded);
    const isThere = (name: string) => files.some((path) => path === name || path.endsWith(`/${name}`));
    expect(named.filter((name) => !isThere(name) && !ELSEWHERE.has(name))).toEqual([]);
  });

  it.each(documents)('%s names only scripts that there are', (document) => {
    const named = all(written(document), /npm run ([\w:-]+)/g);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it('say what to do about every alert', () => {
    const alerts = all(written('deploy/alerts.yml'), /- alert: CodeInterpreter(\w+)/g);
    const told = all(written('docs/operations.md'), /`(?:CodeInterpreter|…)([A-Z]\w+)`/g);
    expect(alerts.filter((alert) => !told.includes(alert))).toEqual([]);
    expect(alerts.length).toBeGreaterThan(5);
  });

  it('name for every control a test by what it is called', () => {
    const tests = files
      .filter((path) => /(^test|\/tests)\/.*\.(ts|py)$/.test(path))
      .map(written)
      .join('\n')
      .toLowerCase();
    const rows = written('SECURITY.md')
      .split('\n')
      .filter((line) => line.startsWith('| '));
    const named = rows.flatMap((row) => all(row.split(' | ').at(-1) ?? '', /"([^"]+)"/g));
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((name) => !tests.includes(name.replace(/ ?…$/, '').toLowerCase()))).toEqual([]);
  });
});
