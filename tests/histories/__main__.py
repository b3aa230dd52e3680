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
from tests.histories.player import Player, WrongError
from tools.engine import bin_directory


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.histories", description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("count", type=int, nargs="?", default=1)
    parser.add_argument("--only-print", action="store_true", help="print the history, do not play")
    given = parser.parse_args()
    if given.only_print:
        print("\n".join(generate(given.seed).lines()))
        return 0
    os.environ["PATH"] = f"{bin_directory()}{os.pathsep}{os.environ['PATH']}"
    with Simulator(world()) as sim:
        wrong = sum(_is_wrong(sim, given.seed + n, given.count == 1) for n in range(given.count))
    print(f"{given.count} played, {wrong} wrong")
    return 1 if wrong else 0


def _is_wrong(sim: Simulator, seed: int, show: bool) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        player = Player(sim, Path(folder) / "stack", generate(seed))
        try:
            player.play()
        except WrongError as wrong:
            print(wrong, flush=True)
            return True
    if show:
        print("\n".join(player.log))
    else:
        print(f"seed {seed}: fine, after {player.attempts} `up --refresh` at the end", flush=True)
    return False


if __name__ == "__main__":
    sys.exit(main())
