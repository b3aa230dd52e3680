"""The journals of a run: one for each pixel and business that the run may write to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from metapixel_cli.probe.errors import RefusedError
from metapixel_cli.probe.journal import Journal, Target
from metapixel_simulator.calls import Call

#: The pattern of the names of journals.
JOURNALS = "*.journal"


class Ledger:
    """The only writes that a run may send, each of which is in a journal before it is sent."""

    def __init__(self, folder: Path, targets: Iterable[Target]) -> None:
        self._journals = {
            (target.pixel, target.agency): Journal(path_of(folder, target), target)
            for target in targets
        }
        self._requests: dict[str, Journal] = {}

    def begun(self) -> list[Journal]:
        """Return the journals with a write."""
        return [each for each in self._journals.values() if each.path.exists()]

    @property
    def requests(self) -> frozenset[str]:
        """The sharing requests that the run has opened."""
        return frozenset(self._requests)

    def write(self, call: Call) -> None:
        """Record a write that follows. Raise RefusedError if the run must not send it."""
        journal = self._journal(call)
        if journal is None:
            raise RefusedError("A write to an asset that no variable names was not sent")
        journal.write(_write(call))

    def accepted(self, call: Call) -> None:
        """Record that Meta has executed a write."""
        journal = self._journal(call)
        if journal is not None:
            journal.accepted(_write(call))

    def refused(self, call: Call) -> None:
        """Record that Meta has refused a write."""
        journal = self._journal(call)
        if journal is not None:
            journal.refused(_write(call))

    def opened(self, call: Call, request: str) -> None:
        """Record a sharing request that a write has opened."""
        journal = self._journal(call)
        if journal is not None:
            journal.request(request)
            self._requests[request] = journal

    def waits(self, call: Call) -> None:
        """Record that another admin has to approve a write."""
        journal = self._journal(call)
        if journal is not None:
            journal.approval()

    def _journal(self, call: Call) -> Journal | None:
        match call.segments:
            case [request]:
                return self._requests.get(request)
            case [pixel, "agencies" | "shared_accounts"]:
                journal = self._journals.get((pixel, call.params.get("business", "")))
                named = (call.params.get(name) for name in ("account_id", "ad_account"))
                accounts = {each.removeprefix("act_") for each in named if each is not None}
                if journal is not None and accounts <= {journal.target.ad_account}:
                    return journal
        return None


def _write(call: Call) -> str:
    """Return a write as the journal of a probe lists it."""
    return f"{call.method} {'/'.join(call.segments)}"


def path_of(folder: Path, target: Target) -> Path:
    """Return the path of the journal of a target."""
    return folder / f"{target.pixel}-{target.agency}.journal"
