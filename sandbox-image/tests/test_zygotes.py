"""Which zygote imports its packages when."""

import os
import select
import unittest

import support  # noqa: F401
from runner import imports
from runner.zygotes import Zygote, start_zygotes

_PATIENCE_SECONDS = 60.0


class ZygotesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.zygotes = start_zygotes({kind: os.getuid() for kind in imports.KINDS})
        self.addCleanup(self.end)
        self.bare = self.become_up(imports.BARE)

    def end(self) -> None:
        for zygote in self.zygotes.values():
            zygote.channel.close()  # its zygote ends by itself
            os.waitpid(zygote.pid, 0)

    def has_message(self, zygote: Zygote, seconds: float) -> bool:
        return bool(select.select([zygote.channel], [], [], seconds)[0])

    def become_up(self, kind: str) -> Zygote:
        zygote = self.zygotes[kind]
        self.assertTrue(self.has_message(zygote, _PATIENCE_SECONDS))
        zygote.read()
        return zygote

    def test_the_bare_one_imports_at_once_and_the_other_when_it_is_asked(self) -> None:
        self.assertTrue(self.bare.is_up)
        scientific = self.zygotes[imports.SCIENTIFIC]
        self.assertFalse(self.has_message(scientific, 0.0))
        scientific.load()
        self.assertTrue(self.become_up(imports.SCIENTIFIC).is_up)

    def test_one_that_is_asked_twice_imports_once(self) -> None:
        scientific = self.zygotes[imports.SCIENTIFIC]
        scientific.load()
        scientific.load()
        self.become_up(imports.SCIENTIFIC)
        self.assertFalse(self.has_message(scientific, 0.1))


if __name__ == "__main__":
    unittest.main()
