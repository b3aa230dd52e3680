"""The file that an import writes: a Python module, an access file or a file for Pulumi."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
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


def exists(path: Path, text: str) -> bool:
    """Return whether there is a file with this text. Raise StackError if it has another text."""
    try:
        if not path.exists():
            return False
        if path.read_bytes() == text.encode():
            return True
    except OSError as error:
        raise StackError(f"The file {path} cannot be read: {error.strerror}") from None
    raise StackError(
        f"An import does not edit the existing file {path}; name another file with --to"
    )


def quoted(text: str) -> str:
    """Return a literal of Python, in double quotes if the text needs no escapes."""
    return f'"{text}"' if re.fullmatch(r"[\w./ {}-]*", text, re.ASCII) else repr(text)
