"""The reader of access files. It reports every mistake with its line and column."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from metapixel_provider.access_file.contents import Contents
from metapixel_provider.access_file.errors import AccessFileError, Mistake
from metapixel_provider.access_file.tree import compose
from metapixel_provider.texts import one_line

if TYPE_CHECKING:
    from metapixel_provider.access_file.model import AccessFile


_REQUIRED = ("version", "owner")


def load(path: str | Path, required: Collection[str] = _REQUIRED) -> AccessFile:
    """Return the access file at `path`. A file of accepted findings has no `required` key.

    Raises AccessFileError, which lists every mistake, or the reason why the file is unreadable.
    """
    return loads(_read(path), str(path), required)


def loads(
    text: str, path: str = "access.yaml", required: Collection[str] = _REQUIRED
) -> AccessFile:
    """Return the access file in this text. Errors contain `path` as its name. See `load`."""
    contents = Contents()
    file = contents.file(compose(text, path), required)
    if contents.mistakes:
        raise AccessFileError(path, contents.mistakes)
    return file


def _read(path: str | Path) -> str:
    """Return the text of a file."""
    try:
        return Path(path).read_text("utf-8-sig")
    except UnicodeDecodeError:
        sentence = "the file is not in UTF-8; save it in this encoding"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        sentence = f"the file cannot be read ({one_line(reason)}); check its path"
    raise AccessFileError(str(path), [Mistake(0, 0, sentence)])
