"""A change: a grant in the state, joined with its declarations in the program, with a verdict.

They are not joined by the name in the program, because a new name changes no access: the engine
deletes the old name and creates the new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated

from pydantic import Field, computed_field

from metapixel_cli.grants.grant import NOTHING, WITHOUT_ACCESS, Grant, Key
from metapixel_cli.review.judging.effects import Acceptance, Effect, has_passed, moved_end
from metapixel_cli.review.judging.moves import Move, move
from metapixel_cli.review.judging.records import Record, returned
from metapixel_cli.review.reading.operations import KNOWN_OPS
from metapixel_cli.review.reading.preview import Step
from metapixel_provider.sharing.possible import Certainty, PossibleWrite, Refusal
from metapixel_provider.sharing.status import ENDED, ShareStatus

#: A fact that the JSON document does not contain.
_INTERNAL = Field(exclude=True)


@dataclass(eq=False)
class Change:
    """The access of one agency, or of one of its ad accounts, to one pixel.

    A share that the agency has not accepted grants nothing yet. *Before* then has the tasks of the
    request and its outcome, and *after* has the tasks that the agency will be asked to accept.
    """

    key: Annotated[Key, _INTERNAL]
    """The key of the grant. It is the same for an update and for drift."""
    olds: Annotated[Sequence[Record], _INTERNAL] = ()
    news: Annotated[Sequence[Record], _INTERNAL] = ()
    writes: Annotated[Sequence[PossibleWrite], _INTERNAL] = ()
    """The writes that the steps of the grant may send, as the domain names them."""
    refusals: Annotated[Sequence[Refusal | None], _INTERNAL] = ()
    """The refusals of the steps of the grant that the domain predicts."""
    agency_name: str = ""
    """The agency's name as Meta returned it, not escaped; empty if the preview has none."""
    pixel_name: str = ""
    """The pixel's name as Meta returned it, not escaped; empty if the preview has none."""
    before: Grant = NOTHING
    after: Grant = NOTHING
    """The declared access, assuming that everybody who must accept has accepted."""
    acceptance: Acceptance = Acceptance.NOT_NEEDED
    """The need for the agency to accept a sharing request."""
    notes: list[str] = field(default_factory=list)
    """Sentences for people."""
    sends: Annotated[bool, _INTERNAL] = False
    """True if the update sends the share."""
    is_unclear: Annotated[bool, _INTERNAL] = False
    """True if the value of `resend` decides, and is hidden."""
    is_refused: Annotated[bool, _INTERNAL] = False
    """True if `pulumi up` will refuse the change."""
    is_touched: Annotated[bool, _INTERNAL] = True
    """True if the update does something to this grant, or to another one on which it depends."""
    is_declared_anew: bool = False
    """True if the program declares other access than it did at the last update."""
    is_unexplained: bool = False
    """True if the program adds tasks to the share, or may add some, without a new reason."""
    is_unmanaged: bool = False
    """True if the access or the open request stays at Meta, and the program no longer declares
    it."""
    ended_on: str = ""
    """The expires_on of a share that the update removes after this day, as YYYY-MM-DD; otherwise
    empty."""
    due_deletions: tuple[str, ...] = ()
    """The URNs of the resources that the update deletes, with those of the ad accounts, if it only
    ends the access to this pixel, or withdraws the request, after expires_on; otherwise empty."""
    undone: bool = False
    """Of drift: the update undoes it. Of a change in the update: it only undoes drift."""
    today: Annotated[date, _INTERNAL] = date.min

    @computed_field
    @property
    def agency_id(self) -> str | None:
        """The agency, or the business that has the ad account. Digits; null if the preview does
        not contain it."""
        return self.key.business_id

    @computed_field
    @property
    def pixel_id(self) -> str | None:
        """The digits of the pixel's id; null if the preview does not contain it."""
        return self.key.pixel_id

    @computed_field
    @property
    def ad_account_id(self) -> str | None:
        """The digits of the ad account that has the permission; empty for the share of the agency,
        null if the preview does not contain the ad account."""
        return self.key.ad_account_id

    @property
    def agency(self) -> tuple[str, str]:
        """A key of the agency. Two agencies whose ids are hidden have different keys."""
        return self.agency_id or "", "" if self.agency_id else self.key.urn

    @property
    def is_share(self) -> bool:
        """True for the share of an agency, False for the permission of an ad account."""
        return self.ad_account_id == ""

    @cached_property
    def steps(self) -> list[Step]:
        """The operations on the grant, in the order of the preview."""
        records = sorted((*self.olds, *self.news), key=lambda record: record.place)
        return [record.step for record in records]

    @computed_field
    @property
    def resources(self) -> tuple[str, ...]:
        """The names of the resources in the program."""
        return tuple(dict.fromkeys(step.name for step in self.steps))

    @computed_field
    @property
    def moves(self) -> tuple[Move, ...]:
        """The resources that the program moves by an alias."""
        return tuple(filter(None, (move(new.step) for new in self.news)))

    @computed_field
    @property
    def reason(self) -> str | None:
        """The reason in the program; empty if there is none, null if it is hidden."""
        return self.after.reason if self.news else self.before.reason

    @property
    def is_declared(self) -> bool:
        """True if the program declares the grant. A hidden ad account could be another one."""
        return bool(self.news) and self.ad_account_id is not None

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

    @property
    def request(self) -> Grant:
        """The grant with the sharing request that this change is about. It may have none."""
        asks = self.acceptance in (Acceptance.NEEDED, Acceptance.MAY_BE_ASKED_AGAIN)
        was_open = self.before.status == ShareStatus.PENDING and (asks or self.is_removed)
        has_request = self.acceptance is Acceptance.WAITS_ALREADY or was_open
        return self.before if has_request else NOTHING

    @property
    def certainty(self) -> Certainty | None:
        """The certainty of the most certain write, or None if nothing is written."""
        found = {write.certainty for write in self.writes}
        return next((each for each in Certainty if each in found), None)

    @property
    def may_be_written(self) -> bool:
        """True if the update may send a write, even if nobody changed anything at Meta."""
        return self.certainty in (Certainty.AS_RECORDED, Certainty.MAY)

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

    @computed_field
    @property
    def was_overdue(self) -> bool:
        """True if access, or an open request for it, should have ended before today."""
        return not self.before.offers_nothing and has_passed(self.before.expires_on, self.today)

    @computed_field
    @property
    def gains(self) -> tuple[str, ...]:
        """Tasks that were neither granted nor requested. Tasks of an unconfirmed share that Meta
        did not return, and that the update sends again, count too."""
        before = {*self.before.offered}
        unconfirmed = [old for old in self.olds if old.grant.status == ShareStatus.UNCONFIRMED]
        if self.sends and unconfirmed:
            read = (returned(old.snapshot).tasks for old in unconfirmed)
            before -= {*self.after.tasks}.difference(*read)
        return tuple(task for task in self.after.offered if task not in before)

    @computed_field
    @property
    def loses(self) -> tuple[str, ...]:
        """Tasks that are lost, empty if the tasks after the update are unknown."""
        return tuple(task for task in self.dropped if task in self.before.tasks)

    @property
    def dropped(self) -> tuple[str, ...]:
        """Tasks that are no longer granted, or that nobody is asked to accept any more."""
        if not self.after.tasks_known:
            return ()
        return tuple(task for task in self.before.offered if task not in self.after.offered)

    @computed_field
    @property
    def term(self) -> str:
        """The change of expires_on: longer, shorter or unknown; empty if there is none."""
        if self.before.offers_nothing or self.after.offers_nothing or not self.is_written:
            return ""
        return moved_end(self.before.expires_on, self.after.expires_on)

    @property
    def is_unknown(self) -> bool:
        """True if a part of the change is not known before the update."""
        tasks_unknown = not self.after.tasks_known or (
            not self.before.tasks_known and not self.after.is_nothing
        )
        is_known_op = all(step.op in KNOWN_OPS for step in self.steps)
        is_unclear = self.is_unclear or self.key.is_hidden or not is_known_op
        return self.is_touched and (is_unclear or tasks_unknown or self.term == "unknown")

    @computed_field
    @property
    def removes(self) -> bool:
        """True if the agency loses the pixel, or the ad account its permission."""
        is_removed = self.key.is_hidden and self.is_removed and not self.before.is_nothing
        return self.ends or is_removed

    @computed_field
    @property
    def widens(self) -> bool:
        """True if the agency can do more, or for longer. An unknown change counts too."""
        lengthens = self.term == "longer" and not self.overdue
        return bool(self.gains) or self.is_unknown or lengthens

    @computed_field
    @property
    def narrows(self) -> bool:
        """True if the agency can do less, or for a shorter time."""
        shortens = self.term == "shorter" and not self.before.is_nothing and not self.overdue
        return bool(self.loses) or self.removes or shortens

    @computed_field
    @cached_property
    def effect(self) -> Effect:
        """The effect of the change. `refused`: the update will fail. `removed-after-end-date`: the
        update removes the share, whose expires_on has passed. `may-be-completed`: the update tries
        again to send access that was declared before."""
        # It is read only after the change is judged, and then often.
        found = self._effect_on_access()
        if found is Effect.UNCHANGED and self.may_be_written:
            return Effect.MAY_BE_COMPLETED
        return found

    def _effect_on_access(self) -> Effect:
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
        if {*self.dropped} - {*self.loses} or (was_asked and self.acceptance is Acceptance.NEEDED):
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

    def note(self, *texts: str) -> None:
        """Add notes, each once."""
        self.notes = list(dict.fromkeys((*self.notes, *texts)))
