import random
import unittest

import fuzz
import support  # noqa: F401


class FuzzTest(unittest.TestCase):
    def test_the_supervisor_reads_or_refuses_whatever_comes(self) -> None:
        fuzz.run(cases=500, seed=random.randrange(2**31))


if __name__ == "__main__":
    unittest.main()
