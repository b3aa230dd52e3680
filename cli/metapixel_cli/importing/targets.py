"""The file that an import writes: a Python module, an access file or a file for Pulumi."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Protocol

from metapixel_cli.importing.selection import NotImported, Selection
from metapixel_cli.stacks.errors import StackError

_ADD_CODE = "The program does not declare the content of this file yet. Add this code:"


@dataclass(frozen=True)
class Draft:
    """The new content of a file. `former` is its present content, or None if there is no file.

    If there is no file, and this kind of file can declare none of the access, the content is empty.
    `lines` are the statements by which a program declares the content of the file, or the command
    that imports it, and `next_step` introduces them. `left_out` is access that this kind of file
    cannot declare.
    """

    path: Path
    text: str
    former: bytes | None
    lines: tuple[str, ...]
    left_out: tuple[NotImported, ...] = ()
    next_step: str = _ADD_CODE

    @property
    def content(self) -> bytes:
        """The new content in UTF-8."""
        return self.text.encode()

    @property
    def is_new(self) -> bool:
        """True if the file has to be written."""
        return self.content not in (self.former, b"")


class Target(Protocol):
    @property
    def path(self) -> Path:
        """The path of the file. If the file exists, a program may already use it."""

    def draft(self, selection: Selection, urns: Collection[str]) -> Draft:
        """Return the file with declarations of the selected access. Nothing is written.

        `urns` are the URNs of the resources in the program and in the state. A new resource cannot
        use their names. Raises StackError.
        """


def free_path(path: Path, text: str, today: date) -> tuple[Path, bytes | None]:
    """Return a path at which there is no file, or a file that already has this text.

    If the file at `path` has another text, the returned name contains the date. The second value is
    the present content of the file, or None.
    """
    for each in _paths(path, today):
        try:
            former = each.read_bytes() if each.exists() else None
        except OSError as error:
            raise StackError(f"The file {each} cannot be read: {error.strerror}") from None
        if former in (None, text.encode()):
            return each, former
    raise AssertionError


def _paths(path: Path, today: date) -> Iterator[Path]:
    yield path
    dated = f"{path.stem}_{today:%Y_%m_%d}"
    yield path.with_stem(dated)
    yield from (path.with_stem(f"{dated}_{number}") for number in count(2))


def quoted(text: str) -> str:
    """Return a literal of Python, in double quotes if the text needs no escapes."""
    return f'"{text}"' if re.fullmatch(r"[\w./ -]*", text, re.ASCII) else repr(text)
