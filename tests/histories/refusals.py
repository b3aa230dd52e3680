"""Requests that the agency declined, or that somebody canceled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from tests.histories.declarations import Program, Share
from tests.histories.estate import Key
from tests.histories.history import Command
from tests.histories.meta import Meta
from tests.histories.seen import Seen


class Refusals:
    """Who need not be asked again, and who must not be."""

    def __init__(self) -> None:
        self._used: defaultdict[Key, set[object]] = defaultdict(set)
        #: The values of `resend` that a share had before its request was refused.
        self._answered: dict[Key, set[object]] = {}
        #: Shares whose last request Meta confirmed with its id, as they were declared then.
        self._confirmed: dict[Key, Share] = {}
        #: Shares whose refusal the provider can know, as they were declared then.
        self.known: dict[Key, Share] = {}

    def refused(self, keys: Iterable[Key], last: Program | None) -> None:
        """A request for these shares ended with no; `last` is the program of the last `up`."""
        for key in keys:
            self._answered[key] = {*self._used[key], None}
            share = last.share(key) if last else None
            if share is not None and _is_same(share, self._confirmed.get(key)):
                self.known[key] = share

    def _withdrawn(self, seen: Seen, asked: Mapping[str, set[Key]]) -> None:
        """A deletion that was interrupted withdrew shares that the state still holds.

        Meta shows that of a canceled request only: not for which pixels an open one is.
        """
        for request in seen.after.requests.values():
            before = seen.before.requests.get(request.id)
            if before is None or not before.is_open:
                continue
            if request.status == "CANCELED":
                self.refused(asked[request.id], None)
            withdrawn = before.pixels.keys() - request.pixels.keys()
            self.refused([(pixel, request.agency) for pixel in withdrawn], None)

    def forgiven(self, program: Program, key: Key) -> bool:
        """Whether nobody has to be asked again."""
        share = program.share(key)
        return share is not None and share.option("resend") in self._answered.get(key, set())

    def starts(self, command: Command, program: Program, meta: Meta) -> None:
        """Before a command: forget those who may be asked again by it."""
        if command.verb == "destroy":
            self.known.clear()
        if command.verb != "up":
            return
        for share in program.shares:
            self._used[share.key].add(share.option("resend"))
        for key, asked in list(self.known.items()):
            same = _is_same(asked, program.share(key))
            if not same or asked.name in command.replaces or meta.access(key):
                del self.known[key]

    def ended(self, seen: Seen, asked: Mapping[str, set[Key]]) -> None:
        """After a command; `asked` has the shares that each request ever held."""
        if not seen.ended_well:
            self._withdrawn(seen, asked)
        for entry in seen.writes:
            if entry.endpoint == "POST agencies":
                pair = (entry.pixel or "", entry.business or "")
                self._confirmed.pop(pair, None)
                share = seen.program.share(pair)
                answered = entry.status == 200 and entry.fault is None and not seen.hides_ends
                if share and seen.whole and answered:
                    self._confirmed[pair] = share
        # A replacement adopts what exists, and the new state has no request id.
        for share in seen.program.shares:
            if share.name in seen.command.replaces:
                self._confirmed.pop(share.key, None)
        for key, share in list(self.known.items()):
            if seen.after.access(key) or share.name not in seen.names:
                del self.known[key]
        if seen.whole:
            for key in set(self._answered) - set(seen.program.keys.values()):
                del self._answered[key]


def _is_same(share: Share, other: Share | None) -> bool:
    """Whether both are one resource to the engine, with the same wish to ask again."""

    def identity(each: Share) -> tuple[object, ...]:
        return each.name, each.parent, each.option("resend")

    return other is not None and identity(share) == identity(other)
