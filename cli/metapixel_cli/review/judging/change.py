"""The change of a grant: the verdict on the access before and after the update."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from metapixel_cli.grants.grant import WITHOUT_ACCESS, Grant, Key
from metapixel_cli.review.judging.moves import Move
from metapixel_provider.sharing.status import ENDED, ShareStatus


class Effect(StrEnum):
    """The effect of a change on the access, the most important first."""

    UNKNOWN = "unknown"
    REFUSED = "refused"
    GAINS_AND_LOSES = "gains-and-loses"
    WIDENED = "widened"
    REMOVED = "removed"
    NARROWED = "narrowed"
    UNMANAGED = "no-longer-managed"
    LATER_END = "later-end-date"
    ENDED = "removed-after-end-date"
    EARLIER_END = "earlier-end-date"
    WITHDRAWN = "request-withdrawn"
    REQUEST_CHANGED = "request-changed"
    WAITS = "waits"
    NOT_ASKED = "not-asked-again"
    REMOVED_WITHOUT_ACCESS = "removed-without-access"
    UNCHANGED = "unchanged"

    @property
    def place(self) -> int:
        """The place in a list: more important effects come first."""
        return tuple(Effect).index(self)


#: The effects of a change by which an agency can do more, or less.
GAINS = frozenset({Effect.GAINS_AND_LOSES, Effect.WIDENED})
LOSSES = frozenset({Effect.GAINS_AND_LOSES, Effect.REMOVED, Effect.NARROWED, Effect.ENDED})
#: The effects of a change that only ends access, or a request for it.
ENDINGS = frozenset({Effect.ENDED, Effect.WITHDRAWN, Effect.REMOVED_WITHOUT_ACCESS})


class Acceptance(StrEnum):
    """The need for the agency to accept a sharing request."""

    NOT_NEEDED = "not-needed"
    MAY_BE_NEEDED = "may-be-needed"
    MAY_BE_ASKED_AGAIN = "may-be-asked-again"
    NEEDED = "needed"
    WAITS_ALREADY = "waits-already"
    MAY_WAIT_ALREADY = "may-wait-already"


def moved_end(before: str | None, after: str | None) -> str:
    """Return the change of a last day: `longer`, `shorter`, `unknown`, or empty if there is none.

    Two dates that are unknown or secret can differ. An empty date is no end.
    """
    if before is None or after is None:
        return "unknown"
    if before == after:
        return ""
    return "longer" if not after or (before and after > before) else "shorter"


@dataclass(frozen=True)
class Case:
    """A grant before and after an update, and the facts on which the verdict rests."""

    before: Grant
    after: Grant
    is_hidden: bool = False
    """True if a part of the key is hidden."""
    is_touched: bool = True
    """True if the update does something to this grant, or to another one on which it depends."""
    is_written: bool = True
    """True if the update does something to a record of this grant."""
    is_unclear: bool = False
    """True if this version does not know an operation, or if the value of `resend` is hidden."""
    is_dropped: bool = False
    """True if a record of the grant leaves the state."""
    is_removed: bool = False
    """True if the update ends the grant, because the program no longer declares it."""
    is_unmanaged: bool = False
    """True if the access or the open request stays at Meta without a declaration."""
    is_refused: bool = False
    """True if `pulumi up` will refuse the change."""
    is_asked: bool = False
    """True if the agency must accept the change."""
    overdue: bool = False
    """True if the access should have ended before today."""
    ended_on: str = ""
    """The `expires_on` of a share that the update removes after this day. Otherwise empty."""
    sent_again: Set[str] = frozenset()
    """Tasks of an unconfirmed share that the update sends, and that Meta did not return at the last
    read."""

    @property
    def gained(self) -> tuple[str, ...]:
        """Tasks after the update that were neither granted nor requested before it.

        An unconfirmed task counts too if the update sends it again.
        """
        before = {*self.before.offered} - self.sent_again
        return tuple(task for task in self.after.offered if task not in before)

    @property
    def lost(self) -> tuple[str, ...]:
        """Tasks that are lost, empty if the tasks after the update are unknown."""
        return tuple(task for task in self._dropped if task in self.before.tasks)

    @property
    def withdrawn(self) -> tuple[str, ...]:
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
        is_unknown = self.is_unclear or self.is_hidden or tasks_unknown or self.term == "unknown"
        return self.is_touched and is_unknown

    @property
    def gains(self) -> bool:
        """True if the agency can do more. An unknown change counts too."""
        return bool(self.gained) or self.is_unknown

    @property
    def removes(self) -> bool:
        """True if the agency loses the pixel, or the ad account its permission."""
        ends = self.is_touched and self.after.is_nothing and not self.before.is_nothing
        return ends or (self.is_hidden and self.is_removed and not self.before.is_nothing)

    @property
    def loses(self) -> bool:
        """True if the agency can do less."""
        return bool(self.lost) or self.removes

    @property
    def effect(self) -> Effect:
        """The verdict."""
        if self.is_unknown:
            return Effect.UNKNOWN
        if self.is_refused:
            return Effect.REFUSED
        if self.gains:
            return Effect.GAINS_AND_LOSES if self.loses else Effect.WIDENED
        if self.loses:
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
        if self.withdrawn or (was_asked and self.is_asked):
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


@dataclass(frozen=True)
class Change:
    """The access of one agency, or of one of its ad accounts, to one pixel.

    A share that the agency has not accepted grants nothing yet. *Before* then has the tasks of the
    request and its outcome, and *after* has the tasks that the agency will be asked to accept.
    """

    agency_id: str | None
    """The agency, or the business that has the ad account. Digits; null if the preview does not
    contain it."""
    agency_name: str
    """The agency's name as Meta returned it, not escaped; empty if the preview has none."""
    pixel_id: str | None
    """The digits of the pixel's id; null if the preview does not contain it."""
    pixel_name: str
    """The pixel's name as Meta returned it, not escaped; empty if the preview has none."""
    ad_account_id: str | None
    """The digits of the ad account that has the permission; empty for the share of the agency, null
    if the preview does not contain the ad account."""
    urn: str
    """A URN that keeps this change apart from others while an id is null. Otherwise empty."""
    effect: Effect
    """The effect of the change. `refused`: the update will fail. `removed-after-end-date`: the
    update removes the share, whose expires_on has passed."""
    widens: bool
    """True if the agency can do more, or for longer. An unknown change counts too."""
    narrows: bool
    """True if the agency can do less, or for a shorter time."""
    removes: bool
    """True if the agency loses the pixel, or the ad account its permission."""
    before: Grant
    after: Grant
    """The declared access, assuming that everybody who must accept has accepted."""
    gains: tuple[str, ...]
    """Tasks that were neither granted nor requested. Tasks of an unconfirmed share that the update
    sends again count too."""
    loses: tuple[str, ...]
    withdraws: tuple[str, ...]
    """Tasks that were requested, and that nobody is asked to accept after the update."""
    term: str
    """The change of expires_on: longer, shorter or unknown; empty if there is none, or if the new
    date has passed."""
    overdue: bool
    """True if expires_on has passed, so that the access should have ended."""
    was_overdue: bool
    """True if the access before the update should have ended before today."""
    ends_by_date: bool
    """True if the component AgencyAccess declares the share, but only until its expires_on."""
    ended_on: str
    """The expires_on of a share that the update removes after this day, as YYYY-MM-DD; otherwise
    empty."""
    acceptance: Acceptance
    """The need for the agency to accept a sharing request."""
    request_id: str
    """The sharing request; empty if there is none, or none yet."""
    requested_on: str
    """The UTC date of the request as YYYY-MM-DD; empty if it is not known."""
    is_unmanaged: bool
    """True if the access or the open request stays at Meta, and the program no longer declares
    it."""
    is_declared_anew: bool
    """True if the program declares other access than it did at the last update."""
    is_unexplained: bool
    """True if the program adds tasks to the share, or may add some, without a new reason."""
    is_skipped: bool
    """True if the preview was limited to chosen resources, and this one was not chosen."""
    reason: str | None
    """The reason in the program; empty if there is none, null if the preview does not contain
    it."""
    notes: tuple[str, ...]
    """Sentences for people."""
    resources: tuple[str, ...]
    """The names of the resources in the program."""
    due_deletions: tuple[str, ...]
    """The URNs of the resources that the update deletes, with those of the ad accounts, if it only
    ends the access to this pixel, or withdraws the request, after expires_on; otherwise empty."""
    moves: tuple[Move, ...]
    """The resources that the program moves by an alias."""
    undone: bool = False
    """Of drift: the update undoes it. Of a change in the update: it only undoes drift."""

    @property
    def is_share(self) -> bool:
        """True for the share of an agency, False for the permission of an ad account."""
        return self.ad_account_id == ""

    @property
    def agency(self) -> tuple[str, str]:
        """A key of the agency. Two agencies whose ids are hidden have different keys."""
        return self.agency_id or "", "" if self.agency_id else self.urn

    @property
    def key(self) -> Key:
        """The key of the grant. It is the same for an update and for drift."""
        return Key(self.agency_id, self.pixel_id, self.ad_account_id, self.urn)

    @property
    def is_unknown(self) -> bool:
        return self.effect is Effect.UNKNOWN
