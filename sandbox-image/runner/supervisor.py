"""PID 1 of a sandbox: takes jobs from the worker, hands each to a fresh child, keeps the time, and cleans up.

It parses nothing that a child wrote. How a run ended comes from the wait status, the cgroup and the clock alone.
"""

import os
import platform
import select
import time

from . import child, sweep
from .forwarder import Forwarder
from .frames import FrameError, FrameReader, decode_json, encode_json
from .imports import BARE, zygote_for
from .input_files import InputFiles
from .late_loading import LateLoading
from .leftovers import Leftovers
from .loop import Loop
from .outbox import Outbox
from .run import Job, Run, parse_job
from .zygotes import Child, Ended, Zygote, ZygoteLost

# A killed process that is not gone after this is not waited for: the sandbox is given up.
_GIVE_UP_SECONDS = 1.0
_SWEEP_AGAIN_SECONDS = 0.005
_SAMPLE_SECONDS = 0.1
_READ_BYTES = 256 * 1024


class Supervisor:
    """The state: at most one run, which is waiting for its child, going on, or being cleaned up after."""

    def __init__(self, loop: Loop, outbox: Outbox, zygotes: dict[str, Zygote], landlock_abi: int) -> None:
        self._loop = loop
        self._outbox = outbox
        self._zygotes = zygotes
        self._landlock_abi = landlock_abi
        self._frames = FrameReader()
        self._run: Run | None = None
        self._kill_since: float | None = None
        self._clean_since: float | None = None
        self._forwarder = Forwarder(loop, outbox)
        self._files = InputFiles()
        self._leftovers = Leftovers(zygotes.values(), self._files, outbox)
        self._lost: set[str] = set()
        self._said_hello = False
        self._samples_at = 0.0
        self._late_loading = LateLoading()

    def serve(self) -> None:
        """Until the worker closes its end."""
        self._loop.watch(0, select.POLLIN, self._on_stdin)
        for zygote in self._zygotes.values():
            self._loop.watch(zygote.channel.fileno(), select.POLLIN, lambda zygote=zygote: self._on_zygote(zygote))
        while True:
            self._loop.turn(self._seconds_to_next_duty())
            self._on_time()
            self._forwarder.balance()
            self._write_on()

    # What comes in

    def _on_stdin(self) -> None:
        while True:
            try:
                data = os.read(0, _READ_BYTES)
            except BlockingIOError:
                return
            if not data:
                os._exit(0)  # the worker is gone: with PID 1 everything here ends
            self._on_bytes(data)
            if self._files.are_complete:
                return  # otherwise no code runs yet, and nothing is more urgent than the next piece

    def _on_bytes(self, data: bytes) -> None:
        for kind, payload in self._frames.feed(data):
            if kind == b"D":
                self._on_file_bytes(payload)
                continue
            value = decode_json(payload)
            if kind == b"R":
                self._on_job(parse_job(value))
            elif self._run and value.get("run") == self._run.job.run:
                self._stop("cancelled")

    def _on_job(self, job: Job) -> None:
        if self._run or not self._said_hello:
            raise FrameError("a job while the sandbox is not free")
        zygote = self._zygotes[zygote_for(job.code)]
        self._run = Run(job, zygote)
        self._files.expect(job.files)
        if zygote.child is None:
            self._prepare(zygote)
        self._start_if_ready(zygote)

    def _on_file_bytes(self, data: bytes) -> None:
        run = self._run
        if not run or self._clean_since is not None:
            return  # sent before the worker heard of the end
        self._files.take(data)
        if self._files.are_complete:
            self._start_if_ready(run.zygote)

    def _on_zygote(self, zygote: Zygote) -> None:
        try:
            ended = zygote.read()
        except ZygoteLost:
            self._on_lost(zygote)
            return
        if zygote.is_up and not self._said_hello:
            self._hello()
        if ended is None:
            self._start_if_ready(zygote)
            return
        zygote.child = None
        run = self._run
        if not run or run.zygote is not zygote or run.started_at is None:
            self._on_lost(zygote)  # a child that only waited: what killed it may not be trusted with more
        elif self._clean_since is None:  # otherwise it took so long to die that its end is already reported
            self._finish(run, ended)

    def _on_child(self, zygote: Zygote, target: Child) -> None:
        """The child's only message: it has given up its privileges."""
        try:
            target.is_ready = target.channel.recv(1) == child.READY
        except BlockingIOError:
            return  # the event was another's, whose descriptor this channel took over within one turn of the loop
        except OSError:
            target.is_ready = False
        self._loop.forget(target.channel.fileno())
        if target.is_ready:
            self._start_if_ready(zygote)
        else:
            self._on_lost(zygote)

    def _start_if_ready(self, zygote: Zygote) -> None:
        """Gives a waiting run to its child once its files are there and both are known of the child: that it is ready
        and, over the zygote, its pid."""
        run = self._run
        target = zygote.child
        if not run or run.zygote is not zygote or run.started_at is not None or self._clean_since is not None:
            return
        if self._files.are_complete and target and target.is_ready and target.pid:
            self._start(run, target)

    def _on_lost(self, zygote: Zygote) -> None:
        """A zygote, or its waiting child, is dead. Only a run that goes on elsewhere is worth waiting for."""
        self._loop.forget(zygote.channel.fileno())
        self._lost.add(zygote.kind)
        self._late_loading.done()  # nobody comes after the run
        run = self._run
        if not run:
            raise ZygoteLost(f"{zygote.kind}: died")
        if run.zygote is zygote and self._clean_since is None:
            run.cause = run.cause or "lost"
            self._finish(run, None)

    # What is done

    def _hello(self) -> None:
        self._said_hello = True
        hello = {
            "protocol": 1,
            "python": platform.python_version(),
            "landlock": self._landlock_abi,
            "zygotes": list(self._zygotes),
            "input_files": True,
        }
        self._outbox.put(encode_json(b"H", hello))
        self._prepare(self._zygotes[BARE])
        self._late_loading.greeted(time.monotonic())

    def _load_rest(self) -> None:
        """Of a zygote that code has asked for meanwhile nothing is left to be loaded."""
        self._late_loading.done()
        for zygote in self._zygotes.values():
            if not zygote.is_asked:
                self._prepare(zygote)

    def _prepare(self, zygote: Zygote) -> None:
        """Has the next child forked in advance, so that its start costs the next run nothing."""
        target = zygote.fork()
        self._loop.watch(target.channel.fileno(), select.POLLIN, lambda: self._on_child(zygote, target))

    def _start(self, run: Run, target: Child) -> None:
        try:
            run.hand_over(target, self._leftovers.known_pids())
        except OSError as error:
            raise ZygoteLost(f"{run.zygote.kind}: a child did not take its job: {error.strerror}") from error
        self._outbox.put(encode_json(b"S", {"run": run.job.run}))
        self._forwarder.start(run)

    def _stop(self, cause: str) -> None:
        """Kills the run. The first cause stays."""
        run = self._run
        if not run or self._clean_since is not None:
            return
        run.cause = run.cause or cause
        if run.started_at is None:
            self._finish(run, None)  # no code has run yet; the child stays for the next run
            return
        if self._kill_since is None:
            self._kill_since = time.monotonic()
        self._forwarder.stop()
        sweep.kill_all_of(run.zygote.uid)

    def _finish(self, run: Run, ended: Ended | None) -> None:
        """Reports the end and cleans up. The report waits for one look whether all is gone, as it nearly always is, so
        that both reach the worker in one piece; it never waits for what will not go."""
        self._forwarder.stop()
        self._leftovers.collect_orphans(run)
        self._forwarder.drain(run)
        run.close()
        if run.started_at is not None:
            run.zygote.child = None  # also one that will not die: it is what is left then, not one of the runner's own
        self._outbox.put(encode_json(b"E", run.report(ended, self._leftovers.known_pids())))
        self._kill_since = None
        self._clean_since = time.monotonic()
        self._clean()
        self._outbox.flush()

    def _clean(self) -> None:
        """Ends what the run left; says `C` when nothing is there any more, or when it will not go."""
        run = self._run
        if not run or self._clean_since is None:
            return
        left = self._leftovers.end(run)
        if self._lost or not left or time.monotonic() - self._clean_since > _GIVE_UP_SECONDS:
            lost = ", ".join(sorted(self._lost))
            self._finish_cleaning(run, f"zygote lost: {lost}" if lost else left)

    def _finish_cleaning(self, run: Run, detail: str) -> None:
        self._outbox.put(encode_json(b"C", {"run": run.job.run, "clean": not detail, "detail": detail}))
        self._run = None
        self._clean_since = None
        self._late_loading.idle(time.monotonic())
        self._outbox.flush()  # before the fork, which takes its time
        if not detail and run.zygote.child is None:
            self._prepare(run.zygote)

    # Time

    def _seconds_to_next_duty(self) -> float | None:
        of_run = self._seconds_to_next_duty_of_run()
        load_at = self._late_loading.due_at(is_running=self._run is not None)
        if load_at is None:
            return of_run
        until_load = max(0.0, load_at - time.monotonic())
        return until_load if of_run is None else min(of_run, until_load)

    def _seconds_to_next_duty_of_run(self) -> float | None:
        run = self._run
        if not run:
            return None
        if self._clean_since is not None or self._kill_since is not None:
            return _SWEEP_AGAIN_SECONDS
        if run.started_at is None:
            return None
        rest = self._forwarder.seconds_to_next_duty()
        until_deadline = max(0.0, run.deadline - time.monotonic())
        return min(_SAMPLE_SECONDS, until_deadline, _SAMPLE_SECONDS if rest is None else rest)

    def _on_time(self) -> None:
        run = self._run
        load_at = self._late_loading.due_at(is_running=run is not None)
        if load_at is not None and time.monotonic() >= load_at:
            self._load_rest()
        if not run:
            return
        if self._clean_since is not None:
            self._clean()
        elif self._kill_since is not None:
            self._kill_again(run)
        elif run.started_at is not None:
            self._watch_over(run)

    def _watch_over(self, run: Run) -> None:
        now = time.monotonic()
        if run.cause:
            self._stop(run.cause)  # the flood limit, found while reading
        elif now >= run.deadline:
            self._stop("timed_out")
        if now >= self._samples_at:
            self._samples_at = now + _SAMPLE_SECONDS
            run.memory.sample()
            self._leftovers.collect_orphans(run)

    def _kill_again(self, run: Run) -> None:
        sweep.kill_all_of(run.zygote.uid)
        self._leftovers.collect_orphans(run)
        if self._kill_since is not None and time.monotonic() - self._kill_since > _GIVE_UP_SECONDS:
            self._finish(run, None)

    def _write_on(self) -> None:
        self._outbox.flush()
        if self._outbox.is_empty:
            self._loop.forget(self._outbox.descriptor)
        else:
            self._loop.watch(self._outbox.descriptor, select.POLLOUT, self._outbox.flush)
