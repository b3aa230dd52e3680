"""Files that a command writes: all of them completely, or none of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from metapixel_provider.errors import MetaPixelError


class FilesError(MetaPixelError):
    """A file cannot be written. The message is one sentence."""


def check(paths: Iterable[Path], force: bool) -> None:
    """Raise FilesError if a path exists and `force` is false, or if its folder does not exist."""
    for path in paths:
        if path.is_dir():
            raise FilesError(f"{path} is a folder; name a file")
        if not path.parent.is_dir():
            raise FilesError(f"The folder {path.parent} does not exist; create it first")
        if path.exists() and not force:
            raise FilesError(f"The file {path} exists; add --force to replace it")


def write(texts: Mapping[Path, str], force: bool) -> None:
    """Replace no file before every text is on the disk, in UTF-8. Raises FilesError."""
    copies: dict[Path, Path] = {}
    try:
        for path, text in texts.items():
            copy = path.with_name(f".{path.name}.{os.getpid()}.tmp")
            with copy.open("x", encoding="utf-8", newline="") as file:
                copies[path] = copy
                file.write(text)
        check(texts, force)
        for path, copy in copies.items():
            copy.replace(path)
    except OSError as error:
        raise FilesError(f"The file {error.filename} cannot be written: {error.strerror}") from None
    finally:
        for copy in copies.values():
            copy.unlink(missing_ok=True)
