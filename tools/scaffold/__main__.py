"""`python -m tools.scaffold KIND NAME` writes the files of a new rule, switch, fault or command.

The command prints the names of the files and the remaining steps. The files pass `make check`.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path
from string import Template

from tools.scaffold.kinds import KINDS, Kind

ROOT = Path(__file__).parents[2]
TEMPLATES = Path(__file__).parent / "templates"


class ScaffoldError(Exception):
    """A file that cannot be written. The message states the reason."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.scaffold", description=__doc__)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("name")
    given = parser.parse_args()
    kind = KINDS[given.kind]
    try:
        written = _write(kind, given.name)
    except ScaffoldError as error:
        print(error, file=sys.stderr)
        return 2
    _python("ruff", "check", "--fix", "--quiet", *written)
    _python("ruff", "format", "--quiet", *written)
    print("written:", *written, *_python("tools.tables").splitlines(), sep="\n  ")
    print("left to do:", *(_filled(step, given.name) for step in kind.steps), sep="\n  - ")
    return 0


def _write(kind: Kind, name: str) -> list[str]:
    """Write new files and change existing ones. Return their paths.

    Raises ScaffoldError if the name is invalid, if a new file exists already, or if an existing
    file lacks the place for an insertion.
    """
    if not re.fullmatch(kind.form, name):
        raise ScaffoldError(f"{name!r} cannot be the name; write it like {kind.example}")
    new = {_filled(path, name): TEMPLATES / template for path, template in kind.files.items()}
    for path, template in new.items():
        if (ROOT / path).exists():
            raise ScaffoldError(f"{path} exists already; choose another name")
        text = template.read_text(encoding="utf-8")
        (ROOT / path).write_text(_filled(text, name), encoding="utf-8")
    for path, before, text in kind.insertions:
        old = (ROOT / path).read_text(encoding="utf-8")
        found = re.search(before, old, re.MULTILINE)
        if found is None:
            raise ScaffoldError(f"{path} no longer contains {before!r}; correct tools/scaffold")
        changed = old[: found.start()] + _filled(text, name) + old[found.start() :]
        (ROOT / path).write_text(changed, encoding="utf-8")
    return list(dict.fromkeys((*new, *(path for path, _, _ in kind.insertions))))


def _filled(text: str, name: str) -> str:
    return Template(text).substitute(name=name, module=name.replace("-", "_"))


def _python(*arguments: str) -> str:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
