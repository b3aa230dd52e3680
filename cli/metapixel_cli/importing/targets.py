"""The file that an import writes: a Python module, an access file or a file for Pulumi."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, count
from pathlib import Path
from typing import Protocol

from metapixel_cli.importing.selection import Selection
from metapixel_cli.stacks.errors import StackError

_ADD_CODE = "The program does not declare the content of this file yet. Add this code:"
BY_HAND = (
    "An import does not edit the existing file {}. Add these entries to it, below the same keys:"
)


@dataclass(frozen=True)
class Draft:
    """The new content of a file. `exists` is True if there is a file, which is never replaced.

    If this kind of file can declare none of the access, the content is empty. `lines` are the
    statements by which a program declares the content of the file, or the command that imports it,
    and `next_step` introduces them. `left_out` has the reasons why this kind of file cannot declare
    some of the access, by resource id. If `is_by_hand`, a person edits the file, and `text` are the
    entries to add.
    """

    path: Path
    text: str
    exists: bool
    lines: tuple[str, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)
    next_step: str = _ADD_CODE
    is_by_hand: bool = False

    @property
    def is_new(self) -> bool:
        """True if the file has to be written."""
        return bool(self.text) and not self.exists


class Target(Protocol):
    @property
    def path(self) -> Path:
        """The path of the file. If the file exists, a program may already use it."""

    def draft(self, selection: Selection, urns: Collection[str]) -> Draft:
        """Return the file with declarations of the selected access. Nothing is written.

        `urns` are the URNs of the resources in the program and in the state. A new resource cannot
        use their names. Raises StackError.
        """


def free_path(path: Path, text: str, today: date) -> tuple[Path, bool]:
    """Return a path at which there is no file, or a file that already has this text.

    If the file at `path` has another text, the returned name contains the date. The second value is
    True if the file exists.
    """
    dated = path.with_stem(f"{path.stem}_{today:%Y_%m_%d}")
    numbered = (dated.with_stem(f"{dated.stem}_{number}") for number in count(2))
    for each in chain([path, dated], numbered):
        try:
            exists = each.exists()
            if not exists or each.read_bytes() == text.encode():
                return each, exists
        except OSError as error:
            raise StackError(f"The file {each} cannot be read: {error.strerror}") from None
    raise AssertionError


def quoted(text: str) -> str:
    """Return a literal of Python, in double quotes if the text needs no escapes."""
    return f'"{text}"' if re.fullmatch(r"[\w./ {}-]*", text, re.ASCII) else repr(text)
