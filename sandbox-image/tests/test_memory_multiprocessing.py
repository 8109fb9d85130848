import subprocess
import sys
import unittest

from support import ROOT

_PATCHED = f"""
import sys
sys.path.insert(0, {str(ROOT / "build")!r})
import memory_multiprocessing
memory_multiprocessing.install_semaphores()
import multiprocessing, multiprocessing.shared_memory as shared
shared._posixshmem = memory_multiprocessing
original = shared.SharedMemory
def SharedMemory(*given, **options): return original(*given, **options, track=False)
fork = multiprocessing.get_context("fork")
def in_fork(work):
    process = fork.Process(target=work)
    process.start()
    process.join()
"""


def patched(code: str) -> str:
    """What `code` prints after the patch that the image has."""
    command = [sys.executable, "-W", "ignore", "-c", _PATCHED + code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return done.stdout + done.stderr


@unittest.skipIf(sys.version_info < (3, 13), "fits the multiprocessing of Python 3.13")
class SemaphoreTest(unittest.TestCase):
    def test_no_semaphore_has_a_name(self) -> None:
        self.assertEqual(patched("print(fork.Lock()._semlock.name, fork.Lock()._semlock.handle > 0)"), "None True\n")

    def test_a_lock_excludes_forked_processes(self) -> None:
        printed = patched(
            "lock = fork.Lock()\n"
            "with lock: in_fork(lambda: print(lock.acquire(timeout=0.01), flush=True))\n"
            "in_fork(lambda: print(lock.acquire(timeout=0.01), flush=True))"
        )
        self.assertEqual(printed, "False\nTrue\n")

    def test_a_semaphore_counts_across_processes(self) -> None:
        printed = patched(
            "s = fork.Semaphore(3)\nin_fork(s.acquire)\nprint(s.get_value())\n"
            "in_fork(s.release)\nprint(s.get_value())\nprint([s.acquire(False) for _ in range(4)])"
        )
        self.assertEqual(printed, "2\n3\n[True, True, True, False]\n")

    def test_a_bounded_semaphore_and_a_foreign_lock_refuse_a_release(self) -> None:
        printed = patched(
            "for make in (lambda: fork.BoundedSemaphore(1), fork.Lock, fork.RLock):\n"
            "    try: make().release()\n    except (ValueError, AssertionError) as error: print(type(error).__name__)"
        )
        self.assertEqual(printed, "ValueError\nValueError\nAssertionError\n")

    def test_a_recursive_lock_is_taken_again_by_its_owner_only(self) -> None:
        printed = patched(
            "r = fork.RLock()\nprint(r.acquire(), r.acquire())\n"
            "in_fork(lambda: print(r.acquire(False), flush=True))\nr.release(); r.release()\n"
            "in_fork(lambda: print(r.acquire(False), flush=True))"
        )
        self.assertEqual(printed, "True True\nFalse\nTrue\n")

    def test_a_spawned_process_gets_a_descriptor_of_the_same_lock(self) -> None:
        printed = patched(
            "import os\n"
            "from multiprocessing import context\n"
            "class Popen:\n"
            "    def duplicate_for_child(self, descriptor): return descriptor\n"
            "    class DupFd:\n"
            "        def __init__(self, descriptor): self.descriptor = descriptor\n"
            "        def detach(self): return os.dup(self.descriptor)\n"
            "lock = multiprocessing.get_context('spawn').Lock()\n"
            "context.set_spawning_popen(Popen())\nstate = lock.__getstate__()\ncontext.set_spawning_popen(None)\n"
            "twin = object.__new__(type(lock))\ntwin.__setstate__(state)\n"
            "print(lock.acquire(False), twin.acquire(False), lock.release(), twin.acquire(False), lock.acquire(False))"
        )
        self.assertEqual(printed, "True False None True False\n")


@unittest.skipIf(sys.version_info < (3, 13), "fits the multiprocessing of Python 3.13")
class SharedMemoryTest(unittest.TestCase):
    def test_a_forked_process_finds_a_block_by_its_name(self) -> None:
        printed = patched(
            "block = SharedMemory(create=True, size=10)\n"
            "def work():\n    mine = SharedMemory(block.name); mine.buf[3] = 7; mine.close()\n"
            "in_fork(work)\nprint(block.buf[3], block.size)\nblock.close(); block.unlink()"
        )
        self.assertEqual(printed, "7 10\n")

    def test_names_are_taken_once_and_gone_when_unlinked(self) -> None:
        printed = patched(
            "block = SharedMemory('mine', create=True, size=1)\n"
            "def tell(work):\n"
            "    try: work()\n"
            "    except OSError as error: print(type(error).__name__, error.filename)\n"
            "tell(lambda: SharedMemory('mine', create=True, size=1))\nblock.unlink()\n"
            "tell(lambda: SharedMemory('mine'))\ntell(block.unlink)"
        )
        self.assertEqual(printed, "FileExistsError /mine\nFileNotFoundError /mine\nFileNotFoundError /mine\n")


if __name__ == "__main__":
    unittest.main()
