"""The journal of a probe: a file that exists until the probe has removed all that it created.

The pixel was empty before, so the journal lists no writes: what exists between the owner and the
agency on this pixel is the probe's. The first line contains the ids, and no tokens. The later lines
are facts that Meta might not list. The process that works with a journal locks it until it exits.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from metapixel_cli.probe.errors import ProbeRefusedError

JOURNAL = Path("metapixel-probe.journal")
#: The facts: a permission was sent and may exist, and another admin has to approve writes.
PERMITTED, APPROVAL = "may_be_permitted", "needs_approval"


@dataclass(frozen=True)
class ProbeTarget:
    """The assets of a probe at a Graph API. `ad_account` is empty if the probe permits none."""

    pixel: str
    owner: str
    agency: str
    ad_account: str
    graph_url: str


class ProbeJournal:
    """The journal of the folder, whose file need not exist yet."""

    path = JOURNAL

    def __init__(self) -> None:
        self.facts = {PERMITTED: False, APPROVAL: False}
        self._file: BinaryIO | None = None

    @property
    def exists(self) -> bool:
        """True if this run has created the file, or has opened that of an earlier run."""
        return self._file is not None

    def begin(self, target: ProbeTarget) -> None:
        """Create the file if it does not exist yet. Raise ProbeRefusedError.

        The file gets its name when its content is complete and locked. So a killed run leaves no
        partial journal, and another run cannot open it.
        """
        if self._file is not None:
            return
        temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}.tmp")
        try:
            self._file = temporary.open("xb", buffering=0)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            _append(self._file, asdict(target))
            os.link(temporary, self.path)
        except OSError as error:
            self.close()
            if isinstance(error, FileExistsError):
                raise _busy(self.path) from None
            raise ProbeRefusedError(
                f"The journal {self.path} cannot be written ({error.strerror}), so nothing was "
                f"sent to Meta; run the command in a folder on another disk"
            ) from None
        finally:
            with suppress(OSError):
                temporary.unlink()

    def note(self, fact: str, value: bool) -> bool:
        """Record a fact if the disk takes it. Return whether it is on the disk."""
        if self._file is not None and self.facts[fact] != value:
            with suppress(OSError):
                _append(self._file, {fact: value})
                self.facts[fact] = value
        return self.facts[fact] == value

    def remove(self) -> None:
        """Remove the file, because nothing is left to restore. Raise ProbeRefusedError."""
        try:
            if _is_at(self._file, self.path):
                self.path.unlink()
        except OSError as error:
            raise ProbeRefusedError(
                f"Everything is restored, but the journal {self.path} cannot be removed "
                f"({error.strerror}); delete it"
            ) from None
        self.close()

    def close(self) -> None:
        """Release the lock, and keep the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def open(self) -> ProbeTarget | None:
        """Lock the file of an earlier run, and return its assets, or None if there is no file.

        Raises ProbeRefusedError if another run holds the lock, or if the file is not readable.
        """
        try:
            self._file = self.path.open("r+b", buffering=0)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            raise _busy(self.path) from None
        except OSError as error:
            raise _unreadable(self.path, str(error.strerror)) from None
        # A run that ended in the meantime has removed the file, and a third one may have begun.
        if not _is_at(self._file, self.path):
            raise _busy(self.path)
        try:
            first, *lines = self._file.read().splitlines()
            target = ProbeTarget(**json.loads(first))
        except (ValueError, TypeError):
            raise _unreadable(self.path, "it is damaged, or another file") from None
        for line in lines:
            # A line that is not complete belongs to a permission that was never sent.
            with suppress(ValueError):
                self.facts |= json.loads(line)
        return target


def _busy(path: Path) -> ProbeRefusedError:
    return ProbeRefusedError(f"Another run uses the journal {path}; wait until it has ended")


def _unreadable(path: Path, why: str) -> ProbeRefusedError:
    return ProbeRefusedError(
        f"{path} may be the journal of an interrupted probe, but it cannot be read ({why}), so a "
        f"share, a permission or an open request of that probe may still exist; list them with an "
        f"access report of the owner, remove only those of the probe's pixel and agency in "
        f"Business Settings, and delete the file"
    )


def _append(file: BinaryIO, content: Mapping[str, object]) -> None:
    """Append a line, and wait until it is on the disk. An earlier line may be incomplete."""
    line = json.dumps(content).encode() + b"\n"
    has_earlier_lines = file.tell() > 0
    if has_earlier_lines:
        line = b"\n" + line
    is_disk_full = file.write(line) < len(line)
    if is_disk_full:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(file.fileno())


def _is_at(file: BinaryIO | None, path: Path) -> bool:
    """Return whether an open file is still the one at a path."""
    try:
        return file is not None and os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:
        return False
