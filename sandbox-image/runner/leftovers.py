"""What a run leaves behind in its sandbox: processes, and the files it was given."""

import os
from collections.abc import Collection

from . import sweep
from .input_files import InputFiles
from .outbox import Outbox
from .run import Run
from .zygotes import Zygote


class Leftovers:
    """Tells the runner's own processes from those of a run, and ends these."""

    def __init__(self, zygotes: Collection[Zygote], files: InputFiles, outbox: Outbox) -> None:
        self._zygotes = zygotes
        self._files = files
        self._outbox = outbox

    def end(self, run: Run) -> str:
        """Ends all that is there; what is there all the same, in words: nothing if nothing is."""
        if run.started_at is not None:
            sweep.kill_all_of(run.zygote.uid)
            self.collect_orphans(run)
            pids = sweep.left_over(self.known_pids())
            if pids:
                return f"{len(pids)} processes left"
        return "" if self._remove_files() else "files left"

    def collect_orphans(self, run: Run) -> None:
        """Takes ended processes whose parent is gone, and counts their time as the run's."""
        for pid, cpu_seconds in sweep.reap():
            if all(pid != zygote.pid for zygote in self._zygotes):
                run.orphan_cpu_seconds += cpu_seconds

    def known_pids(self) -> set[int]:
        """The runner's own processes, and the child that waits or runs."""
        known = {os.getpid(), *(zygote.pid for zygote in self._zygotes)}
        known.update(zygote.child.pid for zygote in self._zygotes if zygote.child and zygote.child.pid)
        return known

    def _remove_files(self) -> bool:
        if self._files.are_there:
            self._outbox.flush()  # the report does not wait for it: many pages take their time
        return self._files.remove()
