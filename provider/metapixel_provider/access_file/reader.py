"""The reader of access files. It reports every mistake with its line and column."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from metapixel_provider.access_file.contents import Contents
from metapixel_provider.access_file.errors import AccessFileError, Mistake
from metapixel_provider.access_file.tree import compose
from metapixel_provider.errors import one_line

if TYPE_CHECKING:
    from metapixel_provider.access_file.model import Accepted, AccessFile

#: The maximum size of a file in bytes. A file of this size declares about 100,000 shares.
_LARGEST = 10_000_000


def load(path: str | Path) -> AccessFile:
    """Return the access file at `path`.

    Raises AccessFileError, which lists every mistake, or the reason why the file is unreadable.
    """
    return loads(_read(path), str(path))


def loads(text: str, path: str = "access.yaml") -> AccessFile:
    """Return the access file in this text. Errors contain `path` as its name. See `load`."""
    return _checked(text, path, ("version", "owner"))


def load_accepted(path: str | Path) -> tuple[Accepted, ...]:
    """Return the accepted findings of an access file, which needs no other key.

    Raises AccessFileError, as `load` does.
    """
    return _checked(_read(path), str(path), ()).accepted


def _checked(text: str, path: str, required: Collection[str]) -> AccessFile:
    contents = Contents()
    root = compose(text.removeprefix("\ufeff"), path)
    file = contents.file(root, required)
    if contents.mistakes:
        raise AccessFileError(path, contents.mistakes)
    return file


def _read(path: str | Path) -> str:
    """Return the text of a file."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        sentence = f"the file cannot be read ({one_line(reason)}); check its path"
        raise AccessFileError(str(path), [Mistake(0, 0, sentence)]) from None
    if len(data) > _LARGEST:
        sentence = "the file has more than 10 MB; divide it between several stacks"
        raise AccessFileError(str(path), [Mistake(0, 0, sentence)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        place = Mistake(
            before.count("\n") + 1,
            len(before) - before.rfind("\n"),
            "the file is not in UTF-8; save it in this encoding",
        )
        raise AccessFileError(str(path), [place]) from None
