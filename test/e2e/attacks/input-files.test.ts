/** Code that turns against the files it was given, or through them against what comes after it. */
import { expect, it } from '@jest/globals';
import { given } from '../../helpers/given-files.ts';
import { describeAttacks, type Attack } from './attack.ts';
import { RUNTIME } from './attacked-service.ts';
import { OK } from './ends.ts';
import { WHICH_SANDBOX } from './runner-processes.ts';

const CASE_MS = 60_000;
/** What a run that was given nothing finds: no name, and no memory that something still holds. */
const LOOK = `import os
of = os.statvfs("/mnt/data")
print(os.listdir("/mnt/data"), of.f_blocks == of.f_bfree)`;
const NOTHING = '[] True\n';

const CHANGES = `import ctypes, mmap, os
path, link = "/mnt/data/a.csv", "/mnt/data/other"
ways = {"write": lambda: os.open(path, os.O_WRONLY), "append": lambda: open(path, "a"), "truncate": lambda: os.truncate(path, 0),
        "unlink": lambda: os.unlink(path), "rename": lambda: os.rename(path, link), "hard link": lambda: os.link(path, link),
        "symlink": lambda: os.symlink("/etc/passwd", link), "mode": lambda: os.chmod(path, 0o777), "owner": lambda: os.chown(path, os.getuid(), -1),
        "mode of the folder": lambda: os.chmod("/mnt/data", 0o777), "times": lambda: os.utime(path), "attribute": lambda: os.setxattr(path, "user.a", b"1"),
        "new file": lambda: open(link, "w"), "unnamed file": lambda: os.open("/mnt/data", os.O_TMPFILE | os.O_RDWR), "folder": lambda: os.mkdir(link),
        "reopen for writing": lambda: os.open(f"/proc/self/fd/{os.open(path, os.O_RDONLY)}", os.O_WRONLY),
        "map for writing": lambda: mmap.mmap(os.open(path, os.O_RDONLY), 0, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE),
        "map for running": lambda: mmap.mmap(os.open(path, os.O_RDONLY), 0, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC),
        "run": lambda: os.execv(path, [path]), "swap": lambda: os.rename("/etc/passwd", path)}
for way, change in ways.items():
    try: change(); print(way)
    except (OSError, ValueError): pass
before = os.stat(path).st_atime_ns
print(open(path).read(), os.stat(path).st_atime_ns == before, os.stat(path).st_nlink)`;

/** A process that outlives its run as long as it can, with the file open and mapped. */
const KEEPS = `import mmap, os
fd = os.open("/mnt/data/large.bin", os.O_RDONLY)
held = mmap.mmap(fd, 0, prot=mmap.PROT_READ)
for _ in range(20):
    if os.fork() == 0:
        os.setsid()
        while True: sum(held[::4096])
print("left")`;

/** Sends the open file into sockets that nobody reads: what is under way is open too. */
const KEEPS_IN_SOCKETS = `import os, socket
fd = os.open("/mnt/data/large.bin", os.O_RDONLY)
pairs = [socket.socketpair() for _ in range(4)]
for one, other in pairs: socket.send_fds(one, [b"x"], [fd])
for (one, other), (third, fourth) in zip(pairs, pairs[1:] + pairs[:1]): socket.send_fds(one, [b"x"], [other.fileno(), fourth.fileno()])
print("left")`;

/** Names of modules that the interpreter and the runner import late. */
const MODULES = [
  'json',
  'traceback',
  'linecache',
  'asyncio',
  'runner',
  'numpy',
  'sitecustomize',
  'encodings',
  'os',
  '_io',
];

const ATTACKS: readonly Attack[] = [
  {
    name: 'makes itself at home in the folder of files when it was given none',
    code: `import os
for way in (lambda: open("/mnt/data/own", "w"), lambda: os.mkdir("/mnt/data/own"), lambda: os.chmod("/mnt/data", 0o777), lambda: os.rmdir("/mnt/data")):
    try: way(); print("changed")
    except OSError: pass
${LOOK}`,
    exit: OK,
    stdout: NOTHING,
  },
];

describeAttacks('input files', ATTACKS, (service) => {
  it(
    'changes a file that it was given, or its folder, or runs it',
    async () => {
      const file = await given(service(), 'a,b\n', { name: 'a.csv' });
      const { stdout } = await service().run(CHANGES, { files: [file] });
      // gVisor lets it be mapped as a program; any other memory can be as well.
      expect(stdout.replace(RUNTIME === 'runsc' ? 'map for running\n' : '', '')).toBe('a,b\n True 1\n');
    },
    CASE_MS,
  );

  it.each([
    ['in processes that outlive it', KEEPS],
    ['in messages that nobody takes', KEEPS_IN_SOCKETS],
    ['until its time is over', `${KEEPS}\nwhile True: pass`],
    ['until its memory is over', `${KEEPS}\nkept = bytearray(b"x") * 2**31`],
    ['until it ends itself', `${KEEPS}\nos.kill(os.getpid(), 9)`],
  ])(
    'keeps a file open and mapped %s',
    async (_name, code) => {
      const file = await given(service(), Buffer.alloc(30 * 1024 * 1024, 1), { name: 'large.bin' });
      for (let time = 0; time < 3; time += 1) {
        await service().run(code, { files: [file], timeout_ms: 1_000 });
        expect((await service().run(LOOK)).stdout).toBe(NOTHING);
      }
    },
    CASE_MS,
  );

  it(
    'finds nothing of a run before it in the same sandbox, nor of another organization',
    async () => {
      const file = await given(service(), 'secret', { name: 'secret.txt' });
      const first = await service().run(`print(open("secret.txt").read())\n${WHICH_SANDBOX}`, { files: [file] });
      const second = await service().run(`${LOOK}\n${WHICH_SANDBOX}`);
      expect(first.stdout).toMatch(/^secret\n/);
      expect(second.stdout).toBe(NOTHING + first.stdout.slice('secret\n'.length));
      const other = await service().addTenant();
      expect((await service().run(LOOK, {}, other.key)).stdout).toBe(NOTHING);
      const refused = await service().call('/v1/executions', { key: other.key, body: { code: LOOK, files: [file] } });
      expect(refused.status).toBe(422);
    },
    CASE_MS,
  );

  it(
    'brings modules under the names of those that Python and the runner import',
    async () => {
      const module = await given(service(), 'raise SystemExit(0)', { name: 'a.py' });
      const files = MODULES.map((name) => ({ ...module, name: `${name}.py` }));
      const failing = await service().run('1 / 0', { files });
      // Its own end may be another; the service goes by the wait status, and the next run sees none of it.
      expect(['exception', 'exit', 'ok']).toContain(failing.exit?.reason);
      const after = await service().run(`import json, asyncio, numpy\n${LOOK}\n1 / 0`);
      expect({ stdout: after.stdout, reason: after.exit?.reason }).toEqual({ stdout: NOTHING, reason: 'exception' });
    },
    CASE_MS,
  );

  it(
    'is given names that mean something to a shell, a terminal or an interpreter',
    async () => {
      const content = await given(service(), 'x', { name: 'a' });
      const names = [
        '-c',
        '--',
        '-rf',
        '$(reboot)',
        '`id`',
        "'; --",
        '%00',
        '.pth',
        'a.pth',
        '__init__.py',
        'CON',
        '\u{1f600}',
      ];
      const files = names.map((name) => ({ ...content, name }));
      const { stdout } = await service().run('import json, os; print(json.dumps(sorted(os.listdir())))', { files });
      expect(JSON.parse(stdout)).toEqual([...names].sort());
    },
    CASE_MS,
  );

  if (RUNTIME === 'runc') {
    it('sees the mount as it is: no device, no setuid, nothing to run', async () => {
      const code =
        'print(*[line.split()[5] for line in open("/proc/self/mountinfo") if line.split()[4] == "/mnt/data"])';
      expect((await service().run(code)).stdout).toBe('rw,nosuid,nodev,noexec,noatime\n');
    });
  }
});
