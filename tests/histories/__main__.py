"""`python -m tests.histories SEED [COUNT]`: plays the history of a seed, or several.

One history is printed as it went; of several, only those where something is wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from metapixel_simulator import Simulator
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.model.plugins import Plugins
from tests.histories.engines.providers import Providers
from tests.histories.engines.real import RealEngine
from tests.histories.estate import CONFIGURATION, ENVIRONMENT, world
from tests.histories.generator import generate
from tests.histories.history import History
from tests.histories.player import Engine, Player, WrongError
from tests.histories.shrink import shrink
from tools.engine import bin_directory


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.histories", description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("count", type=int, nargs="?", default=1)
    parser.add_argument("--model", action="store_true", help="play on the model of the engine")
    parser.add_argument("--native", action="store_true", help="move to the native plugin (a model)")
    parser.add_argument("--only-print", action="store_true", help="print the history, do not play")
    parser.add_argument("--shrink", action="store_true", help="make a history that is wrong short")
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.count)
    if given.only_print:
        for history in map(generate, seeds):
            print("\n".join([f"history of seed {history.seed}", *history.lines()]))
        return 0
    os.environ["PATH"] = f"{bin_directory()}{os.pathsep}{os.environ['PATH']}"
    with ExitStack() as stack:
        sim = stack.enter_context(Simulator(world()))
        is_model = given.model or given.native
        plugins = stack.enter_context(Plugins.opened(ENVIRONMENT)) if is_model else None

        def engine(folder: Path, history: History) -> Engine:
            if plugins is not None:
                providers = Providers(history) if given.native else None
                return ModelEngine(sim, plugins, CONFIGURATION, providers)
            return RealEngine(sim, folder, history.switches)

        return _play(sim, engine, seeds, given.shrink)


def _play(
    sim: Simulator, engine: Callable[[Path, History], Engine], seeds: range, shrinks: bool
) -> int:
    wrong, limits = 0, Counter[str]()

    def played(history: History) -> tuple[Player, WrongError | None]:
        with tempfile.TemporaryDirectory() as folder:
            player = Player(sim, history, lambda: engine(Path(folder) / "stack", history))
            try:
                player.play()
            except WrongError as error:
                return player, error
        return player, None

    for history in map(generate, seeds):
        player, error = played(history)
        limits += player.limits
        if error and shrinks:
            shortest = shrink(history, lambda each: played(each)[1] is not None)
            error = played(shortest)[1] or error
        if error or len(seeds) == 1:
            print(error or "\n".join(player.log), flush=True)
        wrong += error is not None
    met = [f"{name}: {count}" for name, count in sorted(limits.items())]
    print(", ".join([f"{len(seeds)} played, {wrong} wrong", *met]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
