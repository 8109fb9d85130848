import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chooseDataDirectory, isOpenToAll, provideDataDirectory } from '../../../scripts/setup/data-directory.ts';

describe('data directory: choice', () => {
  const project = '/srv/project';
  const open = () => true;
  const closed = () => false;

  it('is .data in the project', () => {
    expect(chooseDataDirectory({ asked: undefined, project, root: true, isOpen: open })).toBe('/srv/project/.data');
  });
  it("is the system's place for root in a project that other users cannot reach", () => {
    const chosen = chooseDataDirectory({ asked: undefined, project: '/root/project', root: true, isOpen: closed });
    expect(chosen).toBe('/var/lib/code-interpreter');
  });
  it('stays in a closed project for its own user', () => {
    const chosen = chooseDataDirectory({ asked: undefined, project, root: false, isOpen: closed });
    expect(chosen).toBe('/srv/project/.data');
  });
  it('takes a relative path as one from the project', () => {
    expect(chooseDataDirectory({ asked: '../data', project, root: true, isOpen: closed })).toBe('/srv/data');
  });
  it('takes the directory that is asked for', () => {
    expect(chooseDataDirectory({ asked: '/data', project, root: true, isOpen: closed })).toBe('/data');
  });
});

describe('data directory: reach', () => {
  let scratch = '';
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'reach-test-'));
    chmodSync(scratch, 0o755);
  });
  afterEach(() => {
    rmSync(scratch, { recursive: true, force: true });
  });

  it('sees a directory that every user may pass through', () => {
    expect(isOpenToAll(scratch)).toBe(true);
  });
  it('sees a closed directory above', () => {
    const below = join(scratch, 'closed', 'below');
    mkdirSync(below, { recursive: true });
    chmodSync(join(scratch, 'closed'), 0o700);
    expect(isOpenToAll(below)).toBe(false);
  });
  it('counts a directory that does not exist yet as one that can be made open', () => {
    expect(isOpenToAll(join(scratch, 'later'))).toBe(true);
  });
  it('is open after it was made, whatever the umask, and its logs are not', () => {
    const umask = process.umask(0o077);
    const paths = provideDataDirectory(join(scratch, 'data'));
    process.umask(umask);
    expect(statSync(paths.directory).mode & 0o777).toBe(0o755);
    expect(statSync(paths.logs).mode & 0o007).toBe(0);
  });
});
