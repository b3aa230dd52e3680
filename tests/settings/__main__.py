"""`python -m tests.settings` plays the story under each setting and prints the table of the page.

`python -m tests.settings COUNT` plays random combinations and prints those that are wrong.
"""

from __future__ import annotations

import sys

from metapixel_simulator import Simulator, World
from tests.settings.outcome import outcome, row
from tests.settings.settings import combination, singles


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    wrong = 0
    with Simulator(World.example()) as sim:
        for seed in range(count):
            found = outcome(sim, combination(seed))
            if found:
                wrong += 1
                print(f"{combination(seed)}: {found}")
        if not count:
            for setting in singles():
                print(row(setting, outcome(sim, dict([setting]))))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
