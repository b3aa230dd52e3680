"""What a person who saw the programs, the commands, the acts and Meta would know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from metapixel_simulator import Switches
from metapixel_simulator.request_log import Entry
from tests.histories.estate import Key, included
from tests.histories.history import Act
from tests.histories.moment import Meta
from tests.histories.seen import Seen


class Ledger:
    """Kept from the first `up` of a history to its end, under the switches of the simulator.

    `hides_ends`: the provider cannot always read that access or a request ended.
    `lists_pending`: Meta lists shares that wait for the agency.
    """

    def __init__(self, switches: Switches) -> None:
        self.with_implied = switches.with_implied
        self._only_adds = switches.repeat_share == "union"
        purges = switches.request_purged_after
        self.hides_ends = purges == 0
        self.lists_pending = switches.pending_in_agencies == "present"
        self._refusals = {"DECLINE", "CANCELED"}
        if purges != "never":
            # A request that Meta purged reads as canceled, also if a person ended its share since.
            self._refusals |= {"EXPIRED", "APPROVE"}
        #: Everything that a program of this history declared.
        self.declared: set[Key] = set()
        #: Access at Meta that the engine can't know: made by hand, by a create that was killed, or
        #: in a request of another admin or one of which a command warned.
        self.unmanaged: set[Key] = set()
        #: Shares that were changed by people, by an answer of the program, by a command that was
        #: killed or failed, or by one whose reads lagged, since a command looked at Meta.
        self.touched: set[Key] = set()
        #: Shares whose open request may have the tasks of an update that was killed, or of another
        #: admin: a request does not tell its tasks.
        self.tasks_unknown: set[Key] = set()
        #: Shares that were written and not read since. Tasks that a person gives them now look
        #: like Meta's own: those are told, and left as they are.
        self.unread: set[Key] = set()
        self.may_be_metas_own: defaultdict[Key, set[str]] = defaultdict(set)
        #: Access that ended, although the provider may not read that.
        self.ended_unseen: set[Key] = set()
        self._last = Meta({}, set(), {})
        #: The shares that each request ever held; a person may take one off it.
        self.asked: defaultdict[str, set[Key]] = defaultdict(set)

    def acted(self, act: Act, keys: Iterable[Key]) -> None:
        for key in keys:
            self.touched.add(key[:2])
            if act.action == "ask":
                self.tasks_unknown.add(key)
            if act.action in ("ask", "share") and key in self.unread:
                self.may_be_metas_own[key] |= set(act.tasks)

    def ran(self, seen: Seen) -> None:
        for meta in (seen.before.meta, seen.after.meta):
            for request in meta.requests.values():
                self.asked[request.id] |= {(pixel, request.agency) for pixel in request.pixels}
        if self.hides_ends:
            before, after = seen.before.meta.keys(), seen.after.meta.keys()
            self.ended_unseen |= (self._last.keys() - before) | (before - after)
            self._last = seen.after.meta
        if seen.command.verb == "up":
            self.declared |= set(seen.program.keys.values())
        if seen.killed or any(each.kind in ("haste", "stale") for each in seen.step.troubles):
            self.touched |= {key[:2] for key in self.declared}
        elif seen.looked:
            self.touched.clear()
        # A share may be read before the same command answers its request.
        self.touched |= seen.changed_along
        if not seen.ended_well:
            self.touched |= set(map(_pair, seen.writes))
        for key in map(written, seen.writes):
            if len(key) == 2:
                (self.tasks_unknown.add if seen.killed else self.tasks_unknown.discard)(key)
        # The command read the shares that people and agencies had changed.
        if seen.looked:
            self.unread = {key for key in self.unread if seen.before.meta.active(key) is None}
        self.unread |= {key for key in map(_pair, seen.writes) if not _was_read_back(key, seen)}
        self._keep_unmanaged(seen)

    def is_declared(self, found: frozenset[str], tasks: Iterable[str], key: Key) -> bool:
        """Whether Meta has these tasks, apart from those that it may have by itself.

        If Meta only adds tasks, a revoked task that a declared one includes may stay.
        """
        declared = frozenset(self.with_implied(tasks))
        own = self.may_be_metas_own[key] | (included(declared) if self._only_adds else set())
        return found - (own - declared) == declared

    def was_refused(self, key: Key, meta: Meta) -> bool:
        """Whether a request for a share was declined, canceled or purged."""
        ids = [request_id for request_id, asked in self.asked.items() if key[:2] in asked]
        found = map(meta.requests.get, ids)
        return any(request is None or request.status in self._refusals for request in found)

    def _keep_unmanaged(self, seen: Seen) -> None:
        unknown = seen.after.unknown
        excused = self.unmanaged | seen.before.unknown | seen.acted | (unknown & seen.released)
        if seen.killed:
            excused |= unknown & set(map(written, seen.writes))
        if seen.step.is_hasty:
            excused |= unknown
        excuses = (_is_told, _stayed, _outlived, _is_of_another_admin)
        excused |= {key for key in unknown if any(excuse(key, seen) for excuse in excuses)}
        self.unmanaged = unknown & excused


def written(entry: Entry) -> Key:
    """The share or permission that a write is about."""
    account = entry.params.get("account_id") or entry.params.get("ad_account")
    return tuple(filter(None, (entry.pixel, entry.business, account)))


def _is_told(key: Key, seen: Seen) -> bool:
    """Whether a warning of the command names the open request that still holds a share."""
    request = seen.after.meta.waiting(key)
    return len(key) == 2 and request is not None and request.id in seen.run.output


def _stayed(key: Key, seen: Seen) -> bool:
    """Whether a share did not end whose permission was given up before, as a warning says."""
    return (
        len(key) == 3
        and not seen.ended_well
        and f"Ad account {key[2]} may keep pixel {key[0]}" in seen.run.output
    )


def _outlived(key: Key, seen: Seen) -> bool:
    """Whether a permission outlived its share, without which Meta refuses to remove it."""
    before = seen.before.meta
    return len(key) == 3 and key in before.permissions and before.active(key) is None


def _is_of_another_admin(key: Key, seen: Seen) -> bool:
    """Whether another admin asked for a share after the request of this stack had ended."""
    request = seen.after.meta.waiting(key)
    records = [each for each in seen.before.records if each.key == key]
    return request is not None and any(
        each.status in ("DECLINED", "CANCELED", "EXPIRED") and each.request_id != request.id
        for each in records
    )


def _was_read_back(key: Key, seen: Seen) -> bool:
    """Whether a write was read back: not if the agency has to accept it first."""
    before, after = seen.before.meta.requests, seen.after.meta.requests
    asked = any(
        key[0] in request.pixels and key[1] == request.agency
        for request in after.values()
        if request.id not in before or key[0] not in before[request.id].pixels
    )
    return seen.applied and seen.after.meta.active(key) is not None and not asked


def _pair(entry: Entry) -> Key:
    return entry.pixel or "", entry.business or ""
