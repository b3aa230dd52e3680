"""A grant in the state, joined with its declarations in the program, by pixel and user.

They are not joined by the name in the program, because a new name changes no access: the engine
deletes the old name and creates the new one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from metapixel_cli.grants.grant import NOTHING, WITHOUT_ACCESS, Grant, Key
from metapixel_cli.review.judging.effects import Acceptance, Effect, has_passed, moved_end
from metapixel_cli.review.judging.records import Record, declared, key_of, recorded, returned
from metapixel_cli.review.reading.operations import CREATES, DELETES, IDLE, KNOWN_OPS
from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import ENDED, ShareStatus


@dataclass(eq=False)
class Pair:
    """The records of a grant before and after an update, and the verdict on its access."""

    key: Key
    olds: Sequence[Record] = ()
    news: Sequence[Record] = ()
    before: Grant = NOTHING
    after: Grant = NOTHING
    """The access after the update, assuming that everybody who must accept has accepted."""
    acceptance: Acceptance = Acceptance.NOT_NEEDED
    notes: list[str] = field(default_factory=list)
    sends: bool = False
    """True if the update sends the share."""
    is_unclear: bool = False
    """True if the value of `resend` decides, and is hidden."""
    is_refused: bool = False
    """True if `pulumi up` will refuse the change."""
    is_declared_anew: bool = False
    is_unexplained: bool = False
    is_touched: bool = True
    """True if the update does something to this grant, or to another one on which it depends."""
    is_unmanaged: bool = False
    """True if the access or the open request stays at Meta without a declaration."""
    ended_on: str = ""
    """The `expires_on` of a share that the update removes after this day. Otherwise empty."""
    due_deletions: tuple[str, ...] = ()
    today: date = date.min

    @property
    def steps(self) -> list[Step]:
        """The operations on the grant, in the order of the preview."""
        records = sorted((*self.olds, *self.news), key=lambda record: record.place)
        return [record.step for record in records]

    @property
    def is_share(self) -> bool:
        """True for the share of a business, False for the permission of an ad account."""
        return self.key.ad_account_id == ""

    @property
    def is_declared(self) -> bool:
        """True if the program declares the grant. A hidden ad account could be another one."""
        return bool(self.news) and self.key.ad_account_id is not None

    @property
    def is_dropped(self) -> bool:
        """True if a record of the grant leaves the state."""
        return any(old.leaves for old in self.olds)

    @property
    def is_removed(self) -> bool:
        """True if the update ends the grant, because the program no longer declares it."""
        return any(old.ends for old in self.olds) and not self.is_declared

    @property
    def is_written(self) -> bool:
        """True if the update does something to a record of this grant."""
        return any(step.op not in ("same", "refresh") for step in self.steps)

    @property
    def kept(self) -> list[Record]:
        """The records of access that stays at Meta without a declaration in the program.

        If the update deletes another record of the same grant, the access ends.
        """
        if self.is_declared or any(old.ends for old in self.olds):
            return []
        return [old for old in self.olds if old.stays]

    def takeovers(self) -> Iterator[tuple[Record, Record]]:
        """Yield each creation of a share with the older record that is deleted afterwards.

        The engine creates before it deletes, so the creation finds the share at Meta.
        """
        for old in filter(lambda old: old.leaves, self.olds):
            created = [new for new in self.news if new.creates_share and new.place < old.place]
            yield from ((new, old) for new in created[-1:])

    @property
    def ends(self) -> bool:
        """True if the business loses the pixel, or the ad account its permission."""
        return self.after.is_nothing and not self.before.is_nothing

    @property
    def has_ended(self) -> bool:
        """True if the request for the share has ended, and the update sends none."""
        return (self.before.status or self.after.status) in ENDED and self.after.offers_nothing

    @property
    def overdue(self) -> bool:
        """True if the access should have ended before today."""
        return not self.after.offers_nothing and has_passed(self.after.expires_on, self.today)

    @property
    def gains(self) -> tuple[str, ...]:
        """Tasks after the update that were neither granted nor requested before it.

        A task counts too if the update sends it again, and if Meta did not return it at the last
        read of an unconfirmed share.
        """
        before = {*self.before.offered}
        unconfirmed = [old for old in self.olds if old.grant.status == ShareStatus.UNCONFIRMED]
        if self.sends and unconfirmed:
            read = (returned(old.snapshot).tasks for old in unconfirmed)
            before -= {*self.after.tasks}.difference(*read)
        return tuple(task for task in self.after.offered if task not in before)

    @property
    def loses(self) -> tuple[str, ...]:
        """Tasks that are lost, empty if the tasks after the update are unknown."""
        return tuple(task for task in self._dropped if task in self.before.tasks)

    @property
    def withdraws(self) -> tuple[str, ...]:
        """Tasks that are not granted and no longer requested."""
        return tuple(task for task in self._dropped if task not in self.before.tasks)

    @property
    def _dropped(self) -> tuple[str, ...]:
        if not self.after.tasks_known:
            return ()
        return tuple(task for task in self.before.offered if task not in self.after.offered)

    @property
    def term(self) -> str:
        """The change of `expires_on`: `longer`, `shorter`, `unknown`, or empty if there is none.

        A date that has passed shortens nothing, because the access should have ended already.
        """
        if self.before.offers_nothing or self.after.offers_nothing or not self.is_written:
            return ""
        term = moved_end(self.before.expires_on, self.after.expires_on)
        return "" if self.overdue and term != "unknown" else term

    @property
    def is_unknown(self) -> bool:
        """True if a part of the change is not known before the update."""
        tasks_unknown = not self.after.tasks_known or (
            not self.before.tasks_known and not self.after.is_nothing
        )
        is_known_op = all(step.op in KNOWN_OPS for step in self.steps)
        is_unclear = self.is_unclear or self.key.is_hidden or not is_known_op
        return self.is_touched and (is_unclear or tasks_unknown or self.term == "unknown")

    @property
    def removes(self) -> bool:
        """True if the agency loses the pixel, or the ad account its permission."""
        is_removed = self.key.is_hidden and self.is_removed and not self.before.is_nothing
        return self.ends or is_removed

    @property
    def widens(self) -> bool:
        """True if the agency can do more, or for longer. An unknown change counts too."""
        return bool(self.gains) or self.is_unknown or self.term == "longer"

    @property
    def narrows(self) -> bool:
        """True if the agency can do less, or for a shorter time."""
        shortens = self.term == "shorter" and not self.before.is_nothing
        return bool(self.loses) or self.removes or shortens

    @property
    def effect(self) -> Effect:
        """The verdict."""
        loses = bool(self.loses) or self.removes
        if self.is_unknown:
            return Effect.UNKNOWN
        if self.is_refused:
            return Effect.REFUSED
        if self.gains:
            return Effect.GAINS_AND_LOSES if loses else Effect.WIDENED
        if loses:
            if not self.after.is_nothing:
                return Effect.NARROWED
            return Effect.ENDED if self.ended_on else Effect.REMOVED
        if self.is_unmanaged:
            return Effect.UNMANAGED
        if self.term:
            return Effect.LATER_END if self.term == "longer" else Effect.EARLIER_END
        return self._without_access()

    def _without_access(self) -> Effect:
        """Return the verdict on a change of a request, or of a grant that gives no access."""
        was_asked = self.before.status == ShareStatus.PENDING
        if was_asked and self.is_removed:
            return Effect.WITHDRAWN
        if self.withdraws or (was_asked and self.acceptance is Acceptance.NEEDED):
            return Effect.REQUEST_CHANGED
        status = self.before.status or self.after.status
        if not self.after.offers_nothing:
            return Effect.UNCHANGED
        if status in ENDED:
            if self.is_dropped:
                return Effect.REMOVED_WITHOUT_ACCESS
            return Effect.NOT_ASKED if self.is_written else Effect.UNCHANGED
        if status in WITHOUT_ACCESS and not self.before.status:
            return Effect.WAITS
        waited = status in WITHOUT_ACCESS and not self.after.requested_tasks
        return Effect.REMOVED_WITHOUT_ACCESS if waited and self.is_dropped else Effect.UNCHANGED


def pairs(steps: Sequence[Step]) -> list[Pair]:
    """Return the grants in the state, joined with the grants that the program declares."""
    state: defaultdict[Key, list[Record]] = defaultdict(list)
    program: defaultdict[Key, list[Record]] = defaultdict(list)
    # The engine reports a replacement as a whole, and usually its two parts too.
    created = {step.urn for step in steps if step.op == "create-replacement"}
    deleted = {step.old_urn for step in steps if step.op == "delete-replaced"}
    for place, step in enumerate(steps):
        if not step.grants or step.op in IDLE:
            continue
        begins = step.op != "replace" or step.urn not in created
        ends = step.op != "replace" or step.old_urn not in deleted
        if step.old is not None and step.op not in CREATES and ends:
            grant = recorded(step.type, step.old)
            state[key_of(step, step.old)].append(Record(place, step, step.old, grant))
        if step.new is not None and step.op not in DELETES and begins:
            grant = declared(step.type, step.new)
            program[key_of(step, step.new)].append(Record(place, step, step.new, grant))
        elif step.old is None and step.op not in KNOWN_OPS:
            key = Key(None, None, "" if step.type == ResourceType.SHARE else None, step.urn)
            program[key] = [Record(place, step, Snapshot({}, {}), Grant(tasks_known=False))]
    found = [Pair(key, state[key], program[key]) for key in dict.fromkeys((*state, *program))]
    return sorted(found, key=lambda pair: min(r.place for r in (*pair.olds, *pair.news)))


def refreshed(steps: Iterable[Step]) -> list[Pair]:
    """Return the grants in the state that the preview read from Meta."""
    found: defaultdict[Key, list[Record]] = defaultdict(list)
    for place, step in enumerate(steps):
        if step.op == "refresh" and step.grants and step.old is not None:
            record = Record(place, step, step.old, recorded(step.type, step.old))
            found[key_of(step, step.old)].append(record)
    return [Pair(key, olds) for key, olds in found.items()]


def by_share(found: Iterable[Pair]) -> list[list[Pair]]:
    """Return each share with the permissions that depend on it, the share first."""
    groups: defaultdict[Key, list[Pair]] = defaultdict(list)
    for pair in found:
        groups[pair.key.share].append(pair)
    return [sorted(group, key=lambda pair: not pair.is_share) for group in groups.values()]


def share_of(group: Sequence[Pair]) -> Pair | None:
    """Return the share of a group, or None if the preview has only permissions for it."""
    return group[0] if group[0].is_share else None
