"""`python -m tests.settings` plays histories and removals under each setting, and prints the table.

`--random` plays random combinations of settings, and `--sample` plays both.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from queue import SimpleQueue
from random import Random

from tests.settings.playing import Outcome, Theater
from tests.settings.settings import REFUSED, combination, named, singles
from tools.engine import bin_directory


@dataclass(frozen=True)
class Item:
    """A setting, the seed of its first history, and the options that repeat it."""

    switches: dict[str, object]
    seed: int
    options: str

    def __str__(self) -> str:
        return f"{named(self.switches)} (seed {self.seed})"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.settings", description=__doc__)
    parser.add_argument("--only", metavar="SWITCH=VALUE", help="play one setting")
    parser.add_argument("--random", type=int, metavar="N", help="play N random combinations")
    parser.add_argument("--sample", type=int, metavar="N", help="play N of both, in turn")
    parser.add_argument("--histories", type=int, default=1, help="histories of each setting")
    parser.add_argument("--seed", type=int, default=20261126)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    items = _items(given)
    if not items:
        parser.error("there is no such setting")
    os.environ["PATH"] = f"{bin_directory()}{os.pathsep}{os.environ['PATH']}"
    print(f"{len(items)} settings, {given.histories} histories each, seed {given.seed}", flush=True)
    every = not (given.only or given.random or given.sample)
    wrong = sum(not holds for holds in play(items, given.histories, given.jobs, every))
    print(f"{len(items)} settings played, {wrong} wrong")
    return 1 if wrong else 0


def _items(given: argparse.Namespace) -> list[Item]:
    def single(setting: tuple[str, object], seed: int) -> Item:
        switches = dict([setting])
        return Item(switches, seed, f"--only {named(switches)} --seed {seed}")

    def mixed(seed: int) -> Item:
        return Item(combination(seed), seed, f"--random 1 --seed {seed}")

    first = given.seed
    if given.random:
        return [mixed(first + number * given.histories) for number in range(given.random)]
    if given.sample:
        drawn = Random(first).sample(list(singles()), (given.sample + 1) // 2)
        alone = [single(each, first + number) for number, each in enumerate(drawn)]
        return [*alone, *(mixed(first + number) for number in range(given.sample // 2))]
    chosen = [each for each in singles() if given.only in (None, named(dict([each])))]
    return [single(each, first + n * given.histories) for n, each in enumerate(chosen)]


def play(items: list[Item], histories: int, jobs: int, every: bool) -> Iterator[bool]:
    """Play the items, print each outcome, and yield True for each that holds."""
    theaters: SimpleQueue[Theater] = SimpleQueue()

    def played(item: Item) -> tuple[Item, Outcome, float]:
        theater, began = theaters.get(), time.monotonic()
        try:
            seeds = range(item.seed, item.seed + histories)
            outcome = theater.play(item.switches, seeds)
        except (OSError, subprocess.SubprocessError):
            # A command hung or could not be run. The other settings are still played.
            outcome = Outcome(wrong=[traceback.format_exc()])
        finally:
            theaters.put(theater)
        return item, outcome, time.monotonic() - began

    with ExitStack() as stack, ThreadPoolExecutor(jobs) as pool:
        for _ in range(jobs):
            theaters.put(stack.enter_context(Theater.opened()))
        for number, (item, outcome, seconds) in enumerate(pool.map(played, items), 1):
            if every:
                missing = {each for each in item.switches.items() if each in REFUSED}
                missing -= outcome.refused
                outcome.wrong += [
                    f"the documented refusal of {each} is missing" for each in missing
                ]
            result = "WRONG" if outcome.wrong else "holds"
            result += ", refused as documented" if outcome.refused else ""
            print(f"[{number}/{len(items)}] {item}: {result} ({seconds:.0f} s)", flush=True)
            for each in outcome.wrong:
                print(each, flush=True)
            if outcome.wrong:
                print(f"repeat it: python -m tests.settings {item.options}", flush=True)
            yield not outcome.wrong


if __name__ == "__main__":
    sys.exit(main())
