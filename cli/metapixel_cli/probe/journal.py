"""The journal of a probe: a file that is complete on the disk before each write to Meta.

A later run reads from it what it must restore. The journal contains ids and no tokens.

A write is journaled as a method and a path. Its outcome is a line of its own after the answer, so a
write without an outcome is one whose answer was lost.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from metapixel_cli.probe.errors import RefusedError

_BEGINNING = b'{"target": {'


@dataclass(frozen=True)
class Target:
    """The assets of a probe, and the address of the Graph API that has them.

    `ad_account` is empty if the probe permits no ad account.
    """

    pixel: str
    owner: str
    agency: str
    ad_account: str = ""
    graph_url: str = ""


class Journal:
    """A journal with one JSON object a line: the target, then each write, outcome and request.

    `awaits_approval` is True if a write has waited for the approval of another admin.
    """

    def __init__(self, path: Path, target: Target) -> None:
        self.path = path
        self.target = target
        self.requests: list[str] = []
        self.awaits_approval = False
        self._accepted: set[str] = set()
        self._unanswered: Counter[str] = Counter()
        self._left: Counter[str] = Counter()

    def may_wait(self, write: str) -> bool:
        """Return whether a write may wait for the approval of another admin.

        Its answer was lost, and Meta has executed no such write at once.
        """
        return self._unanswered[write] > 0 and write not in self._accepted

    def may_remain(self, write: str) -> bool:
        """Return whether the effect of a write may exist, even if Meta does not list it."""
        return self._left[write] > 0

    def write(self, write: str) -> None:
        """Record a write that follows."""
        self._append({"write": write})

    def refused(self, write: str) -> None:
        """Record that Meta refused the last write."""
        self._append({"refused": write})

    def accepted(self, write: str) -> None:
        """Record that Meta has executed a write without the approval of another admin."""
        if write not in self._accepted:
            self._append({"accepted": write})

    def undone(self, write: str) -> None:
        """Record that a write has no effect any more, which reads have confirmed."""
        if self.may_remain(write):
            self._append({"undone": write})

    def request(self, request_id: str) -> None:
        """Record a sharing request that a write has opened."""
        if request_id not in self.requests:
            self._append({"request": request_id})

    def approval(self) -> None:
        """Record that the last write waits for the approval of another admin."""
        if not self.awaits_approval:
            self._append({"awaits_approval": True})

    def remove(self) -> None:
        """Remove the file, because nothing is left to restore."""
        self.path.unlink(missing_ok=True)

    def replay(self, record: Mapping[str, object]) -> None:
        """Apply a line to this object."""
        match record:
            case {"write": str(write)}:
                self._unanswered[write] += 1
                self._left[write] += 1
            case {"refused": str(write)}:
                self._unanswered[write] -= 1
                self._left[write] -= 1
            case {"accepted": str(write)}:
                self._accepted.add(write)
            case {"undone": str(write)}:
                del self._left[write]
            case {"request": str(request_id)}:
                self.requests.append(request_id)
            case {"awaits_approval": True}:
                self.awaits_approval = True

    def _append(self, record: Mapping[str, object]) -> None:
        """Add a line, and the line of the target if it is the first. Raise RefusedError."""
        is_new = not self.path.exists()
        lines = [{"target": asdict(self.target)}, record] if is_new else [record]
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write("".join(f"{json.dumps(line)}\n" for line in lines))
                file.flush()
                os.fsync(file.fileno())
            if is_new:
                _sync_folder(self.path.parent)
        except OSError as error:
            raise RefusedError(
                f"The journal {self.path} cannot be written ({error.strerror}), so nothing more "
                f"was sent to Meta"
            ) from None
        self.replay(record)


def load(path: Path) -> Journal | None:
    """Return the journal of an earlier run, or None if there is none.

    A last line that is not complete belongs to a write that was never sent, and is removed. Raises
    RefusedError for a file that is not a journal.
    """
    if not path.exists():
        return None
    try:
        content = path.read_bytes()
        complete = content[: content.rfind(b"\n") + 1]
        if not complete and content[: len(_BEGINNING)] == _BEGINNING[: len(content)]:
            path.unlink()
            return None
        first, *others = map(json.loads, complete.splitlines())
        target = Target(**{name: str(value) for name, value in first["target"].items()})
        journal = Journal(path, target)
        for record in others:
            journal.replay(record)
        os.truncate(path, len(complete))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise RefusedError(
            f"{path} is not the journal of a probe; name another file with --journal"
        ) from None
    return journal


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
