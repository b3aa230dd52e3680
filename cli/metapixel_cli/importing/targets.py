"""The file that an import writes: a Python module or an access file."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from metapixel_cli.importing.selection import NotImported, Selection


@dataclass(frozen=True)
class Draft:
    """The new content of a file. `former` is its present content, or None if there is no file.

    If there is no file, and this kind of file can declare none of the access, the content is empty.
    `lines` are the statements by which a program declares the content of the file. `left_out` is
    access that this kind of file cannot declare.
    """

    path: Path
    text: str
    former: bytes | None
    lines: tuple[str, ...]
    left_out: tuple[NotImported, ...] = ()

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

    def draft(self, selection: Selection, taken: Collection[str]) -> Draft:
        """Return the file with declarations of the selected access. Nothing is written.

        `taken` are names of resources that the program cannot use again. Raises StackError.
        """


def quoted(text: str) -> str:
    """Return a literal of Python, in double quotes if the text needs no escapes."""
    return f'"{text}"' if re.fullmatch(r"[\w./ -]*", text, re.ASCII) else repr(text)
