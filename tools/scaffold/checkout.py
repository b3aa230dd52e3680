"""The files of a checkout that a scaffold writes and changes."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

_TEMPLATES = Path(__file__).parent / "templates"


class ScaffoldError(Exception):
    """A file that cannot be written. The message states the reason."""


class Checkout:
    """A checkout, with a list of the files that were written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.touched: list[str] = []

    def add(self, path: str, template: str, **values: str) -> None:
        """Write a new file from a template. Raise ScaffoldError if the file exists."""
        target = self.root / path
        if target.exists():
            raise ScaffoldError(f"{path} exists already; choose another name")
        text = Template((_TEMPLATES / template).read_text(encoding="utf-8")).substitute(values)
        target.write_text(text, encoding="utf-8")
        self.touched.append(path)

    def insert(self, path: str, before: str, text: str) -> None:
        """Insert text before the first match of a regular expression.

        Raises ScaffoldError if there is no match. In that case, the file has changed since the
        scaffold was written.
        """
        target = self.root / path
        old = target.read_text(encoding="utf-8")
        found = re.search(before, old, re.MULTILINE)
        if found is None:
            raise ScaffoldError(f"{path} no longer contains {before!r}; correct tools/scaffold")
        self.replace(path, old[: found.start()] + text + old[found.start() :])

    def replace(self, path: str, text: str) -> None:
        (self.root / path).write_text(text, encoding="utf-8")
        if path not in self.touched:
            self.touched.append(path)


def checked(name: str, form: str, example: str) -> str:
    """Return a name if it matches a pattern. Raise ScaffoldError if the name does not match."""
    if not re.fullmatch(form, name):
        raise ScaffoldError(f"{name!r} cannot be the name; write it like {example}")
    return name
