"""`python -m tests.histories SEED [COUNT]`: plays the history of a seed, or several.

One history is printed as it went; of several, only those where something is wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from metapixel_simulator import Simulator
from tests.histories.estate import world
from tests.histories.generator import generate
from tests.histories.history import History
from tests.histories.player import Player, WrongError
from tests.histories.shrink import shrink
from tools.engine import bin_directory


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.histories", description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("count", type=int, nargs="?", default=1)
    parser.add_argument("--only-print", action="store_true", help="print the history, do not play")
    parser.add_argument("--shrink", action="store_true", help="make a history that is wrong short")
    given = parser.parse_args()
    histories = [generate(seed) for seed in range(given.seed, given.seed + given.count)]
    if given.only_print:
        for history in histories:
            print("\n".join([f"history of seed {history.seed}", *history.lines()]))
        return 0
    os.environ["PATH"] = f"{bin_directory()}{os.pathsep}{os.environ['PATH']}"
    wrong = 0
    with Simulator(world()) as sim:
        for history in histories:
            found = _played(sim, history, show=given.count == 1)
            wrong += found is not None
            if found and given.shrink:
                shortest = shrink(history, lambda each: _played(sim, each) is not None)
                found = _played(sim, shortest) or found
            if found:
                print(found, flush=True)
    print(f"{given.count} played, {wrong} wrong")
    return 1 if wrong else 0


def _played(sim: Simulator, history: History, show: bool = False) -> WrongError | None:
    with tempfile.TemporaryDirectory() as folder:
        player = Player(sim, Path(folder) / "stack", history)
        try:
            player.play()
        except WrongError as wrong:
            return wrong
    if show:
        print("\n".join(player.log))
    return None


if __name__ == "__main__":
    sys.exit(main())
