/** Code that looks for another address, and for other processes of the host. */
import { expect, it } from '@jest/globals';
import type { Execution } from '../../../shared/contracts/execution.ts';
import { RUNTIME } from './attacked-service.ts';
import { describeAttacks, type Attack } from './attack.ts';
import { OK } from './ends.ts';

/** EAFNOSUPPORT: the family is unknown here. gVisor knows one number alone for what is refused: EPERM. */
const UNKNOWN_FAMILY = RUNTIME === 'runsc' ? 1 : 97;
/** Nothing waits for an answer: a refusal comes from this kernel. */
const AT_ONCE_MS = 900;

const atOnce = ({ usage }: Execution) => {
  expect(usage?.wall_ms).toBeLessThan(AT_ONCE_MS);
};
/** Connects to each; prints the error number of each. */
const connects = (addresses: readonly (readonly [host: string, port: number])[]) => `import socket
for address in ${JSON.stringify(addresses)}:
    try: print("connected", socket.create_connection(tuple(address), 30))
    except OSError as error: print(error.errno)`;
const refused = (count: number) => `${String(UNKNOWN_FAMILY)}\n`.repeat(count);

const ATTACKS: readonly Attack[] = [
  {
    name: 'addresses of other hosts',
    code: connects([
      ['1.1.1.1', 53],
      ['93.184.216.34', 80],
      ['2606:4700:4700::1111', 443],
    ]),
    exit: OK,
    stdout: refused(3),
    check: atOnce,
  },
  {
    name: 'metadata services of clouds',
    code: connects([
      ['169.254.169.254', 80],
      ['fd00:ec2::254', 80],
      ['100.100.100.200', 80],
    ]),
    exit: OK,
    stdout: refused(3),
    check: atOnce,
  },
  {
    name: 'services of the host: Redis, PostgreSQL, the engine, the api, ssh',
    code: connects(
      ['127.0.0.1', '172.17.0.1', '::1'].flatMap((host) =>
        [6_379, 5_432, 2_375, 2_376, 3_000, 8_080, 22].map((port) => [host, port] as const),
      ),
    ),
    exit: OK,
    stdout: refused(21),
    check: atOnce,
  },
  {
    name: 'names',
    code: 'import socket\nfor name in ("example.com", "localhost", "host.docker.internal", "metadata.google.internal"):\n    try: print(socket.getaddrinfo(name, 80))\n    except socket.gaierror as error: print(error.errno)',
    exit: OK,
    stdout: '-2\n'.repeat(4),
    check: atOnce,
  },
  {
    name: 'a URL',
    code: 'import urllib.request\nurllib.request.urlopen("http://example.com", timeout=30)',
    exit: { reason: 'exception', code: 1, signal: null },
    check: atOnce,
  },
  {
    name: 'every socket family and type there is',
    code: `import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 41, "aarch64": 198}[platform.machine()]
made, errors = set(), set()
for family in [*range(64), *(high << 32 | low for high in (1, 0x7fff_ffff) for low in range(64))]:
    for kind in (1, 2, 3, 5):
        if libc.syscall(number, ctypes.c_long(family), kind, 0) >= 0: made.add(family & 0xffff_ffff)
        else: errors.add(ctypes.get_errno())
print(made - {1}, errors - {94})`, // of AF_UNIX (1) some types are unknown: ESOCKTNOSUPPORT (94)
    exit: OK,
    stdout: `set() {${String(UNKNOWN_FAMILY)}}\n`,
  },
  {
    name: 'a server and its client on the loopback: there is none',
    code: 'import http.server\ntry: http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)\nexcept OSError as error: print(error.errno)',
    exit: OK,
    stdout: refused(1),
  },
  {
    name: 'interfaces, routes and listeners',
    code: `print([line.split(":")[0].strip() for line in open("/proc/net/dev")][2:])
print(len(open("/proc/net/route").readlines()) - 1, [len(open(f"/proc/net/{name}").readlines()) - 1 for name in ("tcp", "tcp6", "udp", "udp6")])`,
    exit: OK,
    stdout: "['lo']\n0 [0, 0, 0, 0]\n",
  },
  {
    name: 'sockets that it was given',
    code: 'import os\nlinks = [os.path.realpath(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")]\nprint([link for link in links if "socket" in link])',
    exit: OK,
    stdout: '[]\n',
  },
  {
    name: 'control sockets, pipes and devices on disk',
    code: `import os, stat
paths = ("/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/containerd.sock", "/run/crio/crio.sock", "/run/dbus/system_bus_socket")
found = [path for path in paths if os.path.lexists(path)]
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/proc", "/sys", "/usr/lib", "/usr/share")]
    for path in (os.path.join(folder, name) for name in files):
        mode = os.lstat(path).st_mode
        if stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode) or stat.S_ISBLK(mode): found.append(path)
print(found)`,
    fields: { timeout_ms: 10_000 },
    exit: OK,
    stdout: '[]\n',
  },
  {
    name: 'sockets between its own processes, with and without a name: they work, but none can be put on disk',
    code: `import os, socket
one, two = socket.socketpair()
one.send(b"pair"); print(two.recv(9).decode())
server = socket.socket(socket.AF_UNIX); server.bind("\\0here"); server.listen()
client = socket.socket(socket.AF_UNIX); client.connect("\\0here")
server.accept()[0].send(b"named"); print(client.recv(9).decode())
for folder in ("/", ".", "/tmp", "/run", "/dev", "/dev/shm", "/dev/mqueue", "/proc/self"):
    try: socket.socket(socket.AF_UNIX).bind(os.path.join(folder, "s")); print("bound", folder)
    except OSError: pass`,
    exit: OK,
    stdout: 'pair\nnamed\n',
  },
];

/** Waits for whoever knows the name, for a while. */
const LISTENS =
  'import socket\ns = socket.socket(socket.AF_UNIX)\ns.bind("\\0meeting")\ns.listen()\nprint("listening", flush=True)\ns.settimeout(2)\ntry: s.accept(); print("met")\nexcept TimeoutError: print("alone")';
const CALLS =
  'import socket\ntry: socket.socket(socket.AF_UNIX).connect("\\0meeting"); print("met")\nexcept OSError as error: print(error.strerror)';

describeAttacks('network', ATTACKS, (service) => {
  it('lets two sandboxes not meet by the name of a socket', async () => {
    const other = await service().addTenant();
    const listening = service().run(LISTENS, { timeout_ms: 10_000 });
    const calls = [await service().run(CALLS, {}, other.key), await service().run(CALLS, { isolation: 'fresh' })];
    expect(calls.map(({ stdout }) => stdout)).toEqual(['Connection refused\n', 'Connection refused\n']);
    expect((await listening).stdout).toBe('listening\nalone\n');
  }, 60_000);

  it('ends a server that a run leaves before the next run of its organization', async () => {
    const leave =
      'import os, socket, time\ns = socket.socket(socket.AF_UNIX)\ns.bind("\\0meeting")\ns.listen()\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(60)\nprint("left")';
    expect((await service().run(leave)).stdout).toBe('left\n');
    expect((await service().run(CALLS)).stdout).toBe('Connection refused\n');
  }, 60_000);
});
