"""Which test runs which command line, as the tests themselves claim with `follows`."""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module
from pathlib import Path

from tests.support.stack import ROOT
from tests.support.terminal import Claim

#: Lines that no test runs, and why: `test_every_line_is_run.py` looks at their parts instead.
NOT_RUN = {
    "make quick": "it runs the tests",
    "make check": "it runs the tests",
    "make test": "it runs the tests",
    "make test-rest": "it runs the tests",
    "make test-all": "it runs the tests",
    "make settings": "it takes minutes",
    "make bench": "it takes minutes",
    "make pictures": "it needs Chromium",
    "python -m tools.pictures": "it needs Chromium",
    "make lock": "it needs the registries, and changes the checkout",
}


def claims() -> list[tuple[str, Claim]]:
    """Return each claim with the test that makes it."""
    found = []
    for path in sorted((ROOT / "tests/engine").rglob("test_*.py")):
        if "@follows(" in path.read_text():
            for name, test in vars(import_module(_name(path))).items():
                found += [(f"{path.stem}::{name}", claim) for claim in getattr(test, "claims", ())]
    return found


def runs_by_line() -> dict[str, list[str]]:
    """Return the tests that run each line."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for test, claim in claims():
        for line in claim.lines:
            if test not in found[line]:
                found[line].append(test)
    return dict(found)


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)
