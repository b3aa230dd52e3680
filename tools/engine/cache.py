"""The cache for downloads and builds. It is outside the checkouts, and all checkouts share it."""

import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def folder(name: str) -> Path:
    """Return the folder of an entry, even if it does not exist."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "pulumi-metapixel" / "engine" / name


def keep(name: str, whole: Callable[[Path], bool], make: Callable[[Path], None]) -> Path:
    """Return the folder of an entry. Create the folder if it is missing or incomplete.

    While this function holds a lock, it creates the folder under another name and then renames it.
    So other processes never find an incomplete folder. They wait, and do not create it again.
    """
    kept = folder(name)
    kept.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(kept.with_name(f".{name}.lock")):
        if not whole(kept):
            with tempfile.TemporaryDirectory(prefix=f".{name}.", dir=kept.parent) as aside:
                made = Path(aside) / name
                made.mkdir()
                make(made)
                shutil.rmtree(kept, ignore_errors=True)
                made.rename(kept)
    return kept


@contextmanager
def _only_one(lock_file: Path) -> Iterator[None]:
    with lock_file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another process, which installs the Pulumi engine", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
