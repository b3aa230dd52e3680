"""A change: one grant with its access before and after the update, and the verdict on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Annotated

from pydantic import Field, computed_field

from metapixel_cli.grants.grant import Grant
from metapixel_cli.review.evaluation.pairs import Pair
from metapixel_cli.review.evaluation.words import Acceptance, Effect, is_past_date, moved_end
from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_cli.stacks.engine import name_of
from metapixel_provider.sharing.possible import NOTHING, Possible, Refusal
from metapixel_provider.sharing.status import ENDED, PermissionStatus, ShareStatus

#: A fact that the JSON document does not contain.
INTERNAL = Field(exclude=True)


@dataclass(frozen=True)
class Move:
    """A move of a resource in the program, with its name and its component."""

    before: str
    after: str


@dataclass(frozen=True, eq=False)
class Change:
    """The access of one agency, or of one of its ad accounts, to one pixel.

    A share that the agency has not accepted grants nothing yet. *Before* then has the tasks of the
    request and its outcome, and *after* has the tasks that the agency will be asked to accept.
    """

    pair: Annotated[Pair, INTERNAL]
    before: Grant
    after: Grant
    """The declared access, assuming that everybody who must accept has accepted."""
    agency_name: str = ""
    """The agency's name as Meta returned it, not escaped; empty if the preview has none."""
    pixel_name: str = ""
    """The pixel's name as Meta returned it, not escaped; empty if the preview has none."""
    share: Annotated[Change | None, INTERNAL] = None
    """The change of the share on which the permission of an ad account depends."""
    today: Annotated[date, INTERNAL] = date.min
    possible: Annotated[Possible, INTERNAL] = NOTHING
    """The writes that the steps of the grant may send, as the domain names them."""
    acceptance: Acceptance = Acceptance.NOT_NEEDED
    """The need for the agency to accept a sharing request."""
    notes: tuple[str, ...] = ()
    """Sentences for people."""
    is_declared_anew: bool = False
    """True if the program declares other access than it did at the last update."""
    is_unexplained: bool = False
    """True if the program adds tasks to the share, or may add some, without a new reason."""
    due_deletions: tuple[str, ...] = ()
    """The URNs of the resources that the update deletes, with those of the ad accounts, if it only
    ends the access to this pixel, or withdraws the request, after expires_on; otherwise empty."""
    undone: bool = False
    """Of drift: the update undoes it. Of a change in the update: it only undoes drift."""

    @computed_field
    @property
    def agency_id(self) -> str | None:
        """The agency, or the business that has the ad account. Digits; null if the preview does
        not contain it."""
        return self.pair.key.business_id

    @computed_field
    @property
    def pixel_id(self) -> str | None:
        """The digits of the pixel's id; null if the preview does not contain it."""
        return self.pair.key.pixel_id

    @computed_field
    @property
    def ad_account_id(self) -> str | None:
        """The digits of the ad account that has the permission; empty for the share of the agency,
        null if the preview does not contain the ad account."""
        return self.pair.key.ad_account_id

    @property
    def is_refused(self) -> bool:
        """True if `pulumi up` will refuse it. A revocation without effect can still have it."""
        return self.possible.refusal not in (None, Refusal.NOT_REVOKED)

    @property
    def agency(self) -> tuple[str, str]:
        """A key of the agency. Two agencies whose ids are hidden have different keys."""
        if self.agency_id:
            return self.agency_id, ""
        return "", self.pair.key.urn

    @computed_field
    @property
    def resources(self) -> tuple[str, ...]:
        """The names of the resources in the program."""
        return tuple(dict.fromkeys(map(attrgetter("name"), self.pair.steps)))

    @computed_field
    @property
    def moves(self) -> tuple[Move, ...]:
        """The resources that the program moves by an alias."""
        found = (_move(new.step) for new in self.pair.declarations)
        return tuple(filter(None, found))

    @computed_field
    @property
    def is_unmanaged(self) -> bool:
        """True if the access or the open request stays at Meta, and the program no longer declares
        it."""
        loses_share = self.share is not None and self.share.after.offers_nothing
        return bool(self.pair.unmanaged) and not loses_share

    @computed_field
    @property
    def ended_on(self) -> str:
        """The expires_on of a share that the update removes after this day, as YYYY-MM-DD;
        otherwise empty."""
        share = self.share or self
        if share.pair.is_removed and is_past_date(share.before.expires_on, self.today):
            return share.before.expires_on or ""
        return ""

    @computed_field
    @property
    def reason(self) -> str | None:
        """The reason in the program; empty if there is none, null if it is hidden."""
        return self.after.reason if self.pair.declarations else self.before.reason

    @property
    def request(self) -> Grant:
        """The grant before the update, if its sharing request was open; otherwise an empty one."""
        return self.before if self.before.status == ShareStatus.PENDING else Grant()

    @property
    def is_overdue(self) -> bool:
        """True if the access should have ended before today."""
        return not self.after.offers_nothing and is_past_date(self.after.expires_on, self.today)

    @computed_field
    @property
    def was_overdue(self) -> bool:
        """True if access, or an open request for it, should have ended before today."""
        return not self.before.offers_nothing and is_past_date(self.before.expires_on, self.today)

    @computed_field
    @property
    def gains(self) -> tuple[str, ...]:
        """Tasks that were neither granted nor requested. Tasks of an unconfirmed share that Meta
        did not return, and that the update sends again, count too."""
        surely_had = set(self.before.offered)
        is_unconfirmed_share = self.pair.is_share and self.before.status == ShareStatus.UNCONFIRMED
        if is_unconfirmed_share and self.possible.may_write:
            # Any task that Meta did not return may only come with this update, so it is a gain.
            surely_had &= {*self.pair.returned.tasks}
        return tuple(task for task in self.after.offered if task not in surely_had)

    @computed_field
    @property
    def loses(self) -> tuple[str, ...]:
        """Tasks that are lost, empty if the tasks after the update are unknown."""
        return tuple(task for task in self.dropped_tasks if task in self.before.tasks)

    @property
    def dropped_tasks(self) -> tuple[str, ...]:
        """Tasks that are no longer granted, or that nobody is asked to accept any more."""
        if not self.after.tasks_known:
            return ()
        return tuple(task for task in self.before.offered if task not in self.after.offered)

    @computed_field
    @property
    def term(self) -> str:
        """The change of expires_on: longer, shorter or unknown; empty if there is none."""
        is_new, is_over = self.before.offers_nothing, self.after.offers_nothing
        if is_new or is_over or not self.pair.is_written:
            return ""
        return moved_end(self.before.expires_on, self.after.expires_on)

    @property
    def is_unknown(self) -> bool:
        """True if a part of the change is not known before the update."""
        changes_nothing = all(step.op == "same" for step in self.pair.steps)
        if changes_nothing:
            return False
        if self.pair.key.is_hidden or self.term == "unknown" or self.possible.may_be_refused:
            return True
        # A hidden `resend` decides whether the agency is asked for the tasks that it would gain.
        if self.acceptance is Acceptance.MAY_BE_ASKED_AGAIN and self.gains:
            return True
        # With unknown tasks before the update, each task after it may be a gain.
        may_be_gain = bool(self.after.tasks) and not self.before.tasks_known
        return may_be_gain or not self.after.tasks_known

    @computed_field
    @property
    def removes(self) -> bool:
        """True if the agency loses the pixel, or the ad account its permission."""
        # If the program hides its ad account, `after` can have the tasks of a removed permission.
        has_none_left = self.after.is_nothing or self.pair.is_removed
        return has_none_left and not self.before.is_nothing

    @computed_field
    @property
    def widens(self) -> bool:
        """True if the agency can do more, or for longer. An unknown change counts too."""
        lengthens = self.term == "longer" and not self.is_overdue
        return bool(self.gains) or self.is_unknown or lengthens

    @computed_field
    @property
    def narrows(self) -> bool:
        """True if the agency can do less, or for a shorter time."""
        shortens = self.term == "shorter" and not self.before.is_nothing and not self.is_overdue
        return bool(self.loses) or self.removes or shortens

    @computed_field
    @cached_property
    def effect(self) -> Effect:
        """The effect of the change. `refused`: the update will fail. `removed-after-end-date`: the
        update removes the share, whose expires_on has passed. `may-be-completed`: the update tries
        again to send access that was declared before."""
        if self.is_unknown:
            return Effect.UNKNOWN
        if self.is_refused:
            return Effect.REFUSED
        if self.gains or self.loses or self.removes:
            return self._effect_on_tasks
        if self.is_unmanaged:
            return Effect.UNMANAGED
        if self.term:
            return Effect.LATER_END if self.term == "longer" else Effect.EARLIER_END
        return self._effect_without_access

    @property
    def _effect_on_tasks(self) -> Effect:
        """The effect of a change that gains or loses granted tasks, or that removes the grant."""
        loses = bool(self.loses) or self.removes
        if self.gains:
            return Effect.GAINS_AND_LOSES if loses else Effect.WIDENED
        if not self.after.is_nothing:
            return Effect.NARROWED
        return Effect.ENDED if self.ended_on else Effect.REMOVED

    @property
    def _effect_without_access(self) -> Effect:
        """The effect of a change that leaves the granted tasks and their end date as they are."""
        was_open_request = self.before.status == ShareStatus.PENDING
        if was_open_request and self.pair.is_removed:
            return Effect.WITHDRAWN
        changes_tasks = bool(self.dropped_tasks) or self.acceptance is Acceptance.NEEDED
        if was_open_request and changes_tasks:
            return Effect.REQUEST_CHANGED
        if self.before.status is None and self.after.status == PermissionStatus.WAITING_FOR_SHARE:
            return Effect.WAITS
        # A record that is only replaced is dropped too, but its tasks are still requested.
        is_dropped_for_good = self.pair.dropped_records and not self.after.requested_tasks
        if self.before.has_ended and is_dropped_for_good:
            return Effect.REMOVED_WITHOUT_ACCESS
        if self.possible.may_write:
            return Effect.MAY_BE_COMPLETED
        is_not_asked = self.pair.is_written and self.after.status in ENDED
        return Effect.NOT_ASKED if is_not_asked else Effect.UNCHANGED


def _move(step: Step) -> Move | None:
    """Return the move of a resource that an alias names. Return None if it keeps its place."""
    if step.op not in ("same", "update") or step.old is None or step.new is None:
        return None
    found = Move(_place(step.old, step.old_urn), _place(step.new, step.urn))
    return None if found.before == found.after else found


def _place(snapshot: Snapshot, urn: str) -> str:
    """Return a name such as `one`, or `one in spring (shop:Group)` if a component contains it."""
    # A URN is `urn:pulumi:STACK::PROJECT::TYPES::NAME`. The types are those of all components that
    # contain the resource, and then its own, joined by `$`.
    parts = urn.split("::")
    components = parts[2].rpartition("$")[0] if len(parts) > 2 else ""
    if not components:
        return name_of(urn)
    return f"{name_of(urn)} in {name_of(snapshot.parent)} ({components})"
