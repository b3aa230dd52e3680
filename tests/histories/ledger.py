"""What a person who only saw the programs, the commands and the changes by hand would know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from metapixel_simulator.request_log import Entry
from tests.histories.estate import Key
from tests.histories.meta import Meta
from tests.histories.refusals import Refusals
from tests.histories.seen import Held, Seen


class Ledger:
    """Kept from the first `up` of a history to its end."""

    def __init__(self) -> None:
        #: The access that the engine's state may hold, by the names that are in it. It is more
        #: than one under a name after a command that failed while it replaced a resource.
        self.held: Held = {}
        #: Everything that a program of this history declared.
        self.declared: set[Key] = set()
        #: Access that the engine can't know: made by hand, or by a create that was killed. Also
        #: permissions that outlived a share which people removed: Meta refuses to remove them.
        self.excused: set[Key] = set()
        #: Changed by people, or by a command that was killed, since a command looked at Meta.
        self.touched: set[Key] = set()
        #: Shares whose open request may have the tasks of an update that was killed: a request
        #: does not tell its tasks.
        self.tasks_unknown: set[Key] = set()
        #: Shares that were written and not read since. Tasks that a person gives them now look
        #: like Meta's own: those are told, and left as they are.
        self.unread: set[Key] = set()
        self.may_be_metas_own: defaultdict[Key, set[str]] = defaultdict(set)
        #: The shares that each request ever held; a person may take one off it.
        self.asked: defaultdict[str, set[Key]] = defaultdict(set)
        #: Permissions that ended, and that may wait for another admin as far as Meta returns it.
        self.ended_unseen: set[Key] = set()
        self.refusals = Refusals()

    def ended(self, before: Meta, after: Meta) -> None:
        """Access ended, and Meta does not return that it did: nobody has to be asked again.

        A request that Meta purged reads as canceled. A write that another admin approved reads as
        one that waits, until a command finds its access.
        """
        ended = before.keys() - after.keys()
        self.ended_unseen |= {key for key in ended if len(key) == 3}
        self.refusals.refused((key for key in ended if len(key) == 2), None)

    def made_by_hand(self, key: Key, meta: Meta, tasks: Iterable[str] = ()) -> None:
        """A person makes access; if it is new, it is the engine's only if the state holds it."""
        if key in self.unread:
            self.may_be_metas_own[key] |= set(tasks)
        if not meta.access(key) and {key} not in self.held.values():
            self.excused.add(key)

    def ran(self, seen: Seen) -> None:
        """A command ended."""
        for request in seen.after.requests.values():
            self.asked[request.id] |= {(pixel, request.agency) for pixel in request.pixels}
        self.held = {name: self._held(name, seen) for name in seen.names}
        gone = set().union(*seen.held_before.values()) - set().union(*self.held.values())
        self.excused |= {key for key in gone if len(key) == 3 and not seen.before.active(key)}
        if seen.command.verb == "up":
            self.declared |= set(seen.program.keys.values())
            for name, key in seen.program.keys.items():
                self._declared(name, key, seen)
        if seen.killed:
            self.touched |= self.declared
        elif seen.looked:
            self.touched.clear()
        for entry in seen.writes:
            (self.tasks_unknown.add if seen.killed else self.tasks_unknown.discard)(_pair(entry))
        self.unread = {key for key in self.unread if not _was_read(key, seen)}
        self.unread |= {key for key in map(_pair, seen.writes) if not _was_read_back(key, seen)}
        self.refusals.ended(seen, self.asked)
        if seen.hides_ends:
            self.ended(seen.before, seen.after)

    def _held(self, name: str, seen: Seen) -> set[Key]:
        aliases = {share.name: share.alias for share in seen.program.shares}
        # Any command that runs the program gives a share its new name.
        before = seen.held_before.get(name) or seen.held_before.get(aliases.get(name, ""), set())
        key = seen.program.keys.get(name)
        # A name that the program does not declare is in the state because the engine left it there.
        if seen.command.verb != "up" or not seen.command.covers(name) or key is None:
            return before
        return {key} if seen.ended_well else before | {key}

    def _declared(self, name: str, key: Key, seen: Seen) -> None:
        if {key} in self.held.values():
            if seen.ended_well and seen.command.covers(name):
                self.excused.discard(key)
        elif seen.killed and seen.after.access(key):
            self.excused.add(key)


def _was_read(key: Key, seen: Seen) -> bool:
    """Whether a command read a share after people and agencies changed it."""
    return seen.looked and seen.before.active(key) is not None


def _was_read_back(key: Key, seen: Seen) -> bool:
    """Whether a write was read back: not if the agency has to accept it first."""
    asked = any(
        key[0] in request.pixels and key[1] == request.agency
        for request in seen.after.requests.values()
        if request.id not in seen.before.requests
    )
    return seen.applied and seen.after.active(key) is not None and not asked


def _pair(entry: Entry) -> Key:
    return entry.pixel or "", entry.business or ""
