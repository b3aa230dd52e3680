"""What a person who only saw the programs, the commands and the changes by hand would know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from metapixel_simulator.request_log import Entry
from tests.histories.declarations import Program
from tests.histories.estate import Key
from tests.histories.history import Command
from tests.histories.meta import Meta

Held = dict[str, set[Key]]


class Ledger:
    """Kept from the first `up` of a history to its end.

    `held`: the access that the engine's state may hold, by the names that are in it. It is more
    than one under a name after a command that failed while it replaced a resource.
    `excused`: access that the engine can't know: made by hand, or by a create that was killed.
    """

    def __init__(self) -> None:
        self.held: Held = {}
        self.declared: set[Key] = set()
        self.excused: set[Key] = set()
        #: The shares that each request ever held; a person may take one off it.
        self.asked: defaultdict[str, set[Key]] = defaultdict(set)
        self.refusals = Refusals()

    def shared_by_hand(self, key: Key) -> None:
        """A person made access that did not exist; it is the engine's if its state holds it."""
        if {key} not in self.held.values():
            self.excused.add(key)

    def ran(
        self,
        command: Command,
        program: Program,
        names: set[str],
        meta: Meta,
        *,
        ended_well: bool,
        killed: bool,
    ) -> None:
        """A command ended, and the state holds these names."""
        for request in meta.requests.values():
            self.asked[request.id] |= {(pixel, request.agency) for pixel in request.pixels}
        if command.verb == "up":
            self.declared |= set(program.keys.values())
        before = self.held
        self.held = {
            name: self._held(name, before.get(name, set()), command, program, ended_well)
            for name in names
        }
        if command.verb == "up":
            for name, key in program.keys.items():
                if {key} in self.held.values():
                    if ended_well and _covers(command, name):
                        self.excused.discard(key)
                elif killed and meta.access(key):
                    self.excused.add(key)

    def _held(
        self, name: str, before: set[Key], command: Command, program: Program, ended_well: bool
    ) -> set[Key]:
        if command.verb != "up" or not _covers(command, name):
            return before
        now = {program.keys[name]} if name in program.keys else set()
        return now if ended_well else before | now


def _covers(command: Command, name: str) -> bool:
    return not command.targets or name in command.targets


class Refusals:
    """Requests that the agency declined, or that somebody canceled."""

    def __init__(self) -> None:
        #: The values of `resend` that were in use before a request was refused.
        self._answered: defaultdict[Key, set[object]] = defaultdict(set)
        self._used: defaultdict[Key, set[object]] = defaultdict(set)
        #: Shares whose last request Meta confirmed with its id, by the name they had.
        self._confirmed: dict[Key, str] = {}
        #: Shares whose refusal the provider can know, with the name and `resend` they had.
        self.known: dict[Key, tuple[str, object]] = {}

    def refused(self, keys: Iterable[Key], program: Program | None) -> None:
        """A request for these shares ended with no."""
        for key in keys:
            self._answered[key] = {*self._used[key], None}
            share = program.share(key) if program else None
            if share is not None and self._confirmed.get(key) == share.name:
                self.known[key] = (share.name, share.option("resend"))

    def forgiven(self, program: Program, key: Key) -> bool:
        """Whether nobody has to be asked again."""
        share = program.share(key)
        return share is not None and share.option("resend") in self._answered.get(key, set())

    def starts(self, command: Command, program: Program, meta: Meta) -> None:
        """Before a command: what makes a repeated request legitimate."""
        if command.verb == "destroy":
            self.known.clear()
        if command.verb != "up":
            return
        for share in program.shares:
            self._used[share.key].add(share.option("resend"))
        for key, (name, resend) in list(self.known.items()):
            declared = program.share(key)
            same = declared and (declared.name, declared.option("resend")) == (name, resend)
            if not same or name in command.replaces or meta.access(key):
                del self.known[key]

    def ended(
        self, writes: Iterable[Entry], meta: Meta, names: set[str], program: Program, *, clean: bool
    ) -> None:
        """After a command, with the writes that it sent."""
        for entry in writes:
            pair = (entry.pixel or "", entry.business or "")
            if entry.endpoint == "POST agencies":
                self._confirmed.pop(pair, None)
                share = program.share(pair)
                if share and clean and entry.status == 200 and entry.fault is None:
                    self._confirmed[pair] = share.name
        for key, (name, _) in list(self.known.items()):
            if meta.access(key) or name not in names:
                del self.known[key]
        if clean:
            declared = set(program.keys.values())
            for key in set(self._answered) - declared:
                del self._answered[key]
