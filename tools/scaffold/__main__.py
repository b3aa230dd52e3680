"""`python -m tools.scaffold KIND NAME` writes the files of a new rule, switch, fault or command.

The command prints the names of the files and the remaining steps. The files pass `make check`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from tools.scaffold import command, fault, rule, switch
from tools.scaffold.checkout import Checkout, ScaffoldError

ROOT = Path(__file__).parents[2]

KINDS = {"rule": rule, "switch": switch, "fault": fault, "command": command}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.scaffold", description=__doc__)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("name")
    given = parser.parse_args()
    checkout = Checkout(ROOT)
    try:
        steps = KINDS[given.kind].write(checkout, given.name)
    except ScaffoldError as error:
        print(error, file=sys.stderr)
        return 2
    _format(checkout.touched)
    print("written:", *checkout.touched, *_tables(), sep="\n  ")
    print("left to do:", *steps, sep="\n  - ")
    return 0


def _format(paths: list[str]) -> None:
    """Sort imports and format the code like `make fix`."""
    python = [path for path in paths if path.endswith(".py")]
    for arguments in (["check", "--fix", "--quiet"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, *python], cwd=ROOT, check=True)


def _tables() -> list[str]:
    """Write the tables of the documentation again, and return the paths of their pages."""
    command = [sys.executable, "-m", "tools.tables"]
    written = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return written.stdout.splitlines()


if __name__ == "__main__":
    sys.exit(main())
