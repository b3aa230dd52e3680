"""The journal of a probe: a file that is complete on the disk before each write to Meta.

A later run reads from it what it must restore. The journal contains ids and no tokens.
"""

from __future__ import annotations

import json
import os
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
    """A journal with one JSON object a line: the target, then each write and each request.

    `awaits_approval` is True if a write has waited for the approval of another admin.
    """

    def __init__(
        self,
        path: Path,
        target: Target,
        requests: tuple[str, ...] = (),
        awaits_approval: bool = False,
    ) -> None:
        self.path = path
        self.target = target
        self.requests = list(requests)
        self.awaits_approval = awaits_approval

    def write(self, operation: str) -> None:
        """Record a write that follows."""
        self._append({"write": operation})

    def request(self, request_id: str) -> None:
        """Record a sharing request that a write has opened."""
        if request_id not in self.requests:
            self.requests.append(request_id)
            self._append({"request": request_id})

    def approval(self) -> None:
        """Record that the last write waits for the approval of another admin."""
        if not self.awaits_approval:
            self.awaits_approval = True
            self._append({"awaits_approval": True})

    def remove(self) -> None:
        """Remove the file, because nothing is left to restore."""
        self.path.unlink(missing_ok=True)

    def _append(self, record: dict[str, object]) -> None:
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
        requests = tuple(str(each["request"]) for each in others if "request" in each)
        awaits_approval = any("awaits_approval" in each for each in others)
        os.truncate(path, len(complete))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise RefusedError(
            f"{path} is not the journal of a probe; name another file with --journal"
        ) from None
    return Journal(path, target, requests, awaits_approval)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
