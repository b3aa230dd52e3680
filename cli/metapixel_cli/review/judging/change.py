"""The change of one agency's access to one pixel: gains, losses and unknown parts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from metapixel_cli.review.judging.access import Access
from metapixel_cli.review.judging.moves import Move
from metapixel_provider.sharing.status import ENDED, ShareStatus


class Effect(StrEnum):
    """The effect of a change on the access of the agency."""

    words: str
    place: int
    """Changes with a lower place come first in a table."""

    def __new__(cls, value: str, words: str, place: int = 9) -> Effect:
        found = str.__new__(cls, value)
        found._value_, found.words, found.place = value, words, place
        return found

    UNKNOWN = "unknown", "unknown", 0
    REFUSED = "refused", "will fail", 0
    GAINS_AND_LOSES = "gains-and-loses", "more and less access", 1
    WIDENED = "widened", "more access", 1
    REMOVED = "removed", "access removed", 2
    NARROWED = "narrowed", "less access", 3
    ENDED = "removed-after-end-date", "removed after its end date", 5
    LATER_END = "later-end-date", "later end date", 4
    EARLIER_END = "earlier-end-date", "earlier end date", 6
    WITHDRAWN = "request-withdrawn", "request withdrawn"
    REQUEST_CHANGED = "request-changed", "request changed"
    NOT_ASKED = "not-asked-again", "not asked again"
    REMOVED_WITHOUT_ACCESS = "removed-without-access", "removed, had no access"
    UNMANAGED = "no-longer-managed", "no longer managed", 3
    UNCHANGED = "unchanged", "access unchanged"


#: The effects of a change by which an agency can do more, or less.
GAINS = frozenset({Effect.GAINS_AND_LOSES, Effect.WIDENED})
LOSSES = frozenset({Effect.GAINS_AND_LOSES, Effect.REMOVED, Effect.NARROWED, Effect.ENDED})


def moved_end(before: str | None, after: str | None) -> str:
    """Return the change of a last day: `longer`, `shorter`, `unknown`, or empty if there is none.

    Two dates that are unknown or secret can differ. An empty date is no end.
    """
    if before is None or after is None:
        return "unknown"
    if before == after:
        return ""
    return "longer" if not after or (before and after > before) else "shorter"


class Acceptance(StrEnum):
    """The need for the agency to accept a sharing request."""

    NOT_NEEDED = "not-needed"
    MAY_BE_NEEDED = "may-be-needed"
    MAY_BE_ASKED_AGAIN = "may-be-asked-again"
    NEEDED = "needed"
    WAITS_ALREADY = "waits-already"
    MAY_WAIT_ALREADY = "may-wait-already"


class Fact(Enum):
    """A fact about a change, besides the access before and after it."""

    TOUCHED = auto()
    """The update does something to one of the resources."""
    SHARE_TOUCHED = auto()
    """The update does something to the share itself."""
    UNCLEAR = auto()
    """This version does not know an operation, or `resend` is unknown or secret."""
    SHARE_RECORDED = auto()
    """The state has the share."""
    SHARE_DROPPED = auto()
    """A record of the share leaves the state."""
    SHARE_REMOVED = auto()
    """The update removes the share."""
    ENDS_BY_DATE = auto()
    """A component declares the share, but only until its `expires_on`."""
    SKIPPED = auto()
    """The preview was limited to chosen resources, and one of these resources was not chosen."""
    UNMANAGED = auto()
    """A resource leaves the state, and its access or its open request stays at Meta."""
    DECLARED_ANEW = auto()
    """The program declares other access than it did at the last update."""
    UNEXPLAINED = auto()
    """The program adds tasks to the share, or may add some, without a new reason."""
    ENDED_BY_OWNER = auto()
    """Of drift: the owner took the pixel away."""
    UNDONE = auto()
    """Of drift: the update undoes it. Of a change in the update: it only undoes drift."""


@dataclass(frozen=True)
class Change:
    """The access of one agency to one pixel, before and after the update.

    A share that the agency has not accepted grants nothing yet. *Before* then has the tasks of the
    request and its outcome, and *after* has the tasks that the agency will be asked to accept.
    """

    agency_id: str | None
    agency_name: str
    pixel_id: str | None
    pixel_name: str
    before: Access
    after: Access
    urn: str = ""
    """A URN that keeps this change apart from others while the agency or the pixel is unknown."""
    acceptance: Acceptance = Acceptance.NOT_NEEDED
    request_id: str = ""
    requested_on: str = ""
    """The UTC date of the request `request_id` as YYYY-MM-DD, empty if it is not known."""
    facts: frozenset[Fact] = frozenset()
    recorded_permissions: int = 0
    """The number of permissions in the state, whatever their status."""
    removed_permissions: tuple[str, ...] = ()
    """The names in the program of the permissions that the update removes."""
    unknown_accounts_lost: int = 0
    """The number of ad accounts with an unknown id whose permission the update removes."""
    overdue: bool = False
    """True if the access should have ended before today."""
    was_overdue: bool = False
    """True if the access before the update should have ended before today."""
    ended_on: str = ""
    """The `expires_on` of a share that the update removes after this day. Otherwise empty."""
    unconfirmed_accounts: frozenset[str] = frozenset()
    """Ad accounts whose permission Meta has not confirmed yet."""
    sent_again: frozenset[str] = frozenset()
    """Tasks of an unconfirmed share that the update sends, and that Meta did not return at the last
    read."""
    has_share: bool = True
    """False if the stack has only permissions of ad accounts, and not the share."""
    reason: str | None = ""
    """The reason in the program: empty if there is none, None if it is unknown or secret."""
    refusal: str = ""
    """The reason why `pulumi up` will refuse the change. Otherwise empty."""
    notes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    """The names in the program, shares first."""
    moves: tuple[Move, ...] = ()
    """The resources that the program moves."""
    deleted: tuple[str, ...] = ()
    """The URNs of the resources that the update deletes."""

    @property
    def agency(self) -> tuple[str, str]:
        """A key of the agency. Two agencies whose ids are unknown have different keys."""
        return self.agency_id or "", "" if self.agency_id else self.urn

    @property
    def key(self) -> tuple[str | None, str | None, str]:
        """A key of the agency and the pixel. It is the same for an update and for drift."""
        return self.agency_id, self.pixel_id, self.urn

    @property
    def unmanaged(self) -> bool:
        """True if access or an open request stays at Meta without a declaration in the program."""
        return Fact.UNMANAGED in self.facts

    @property
    def leaves_request(self) -> bool:
        """True if only an open request stays at Meta, and the program no longer declares it."""
        return self.unmanaged and self.after.is_nothing and not self.after.ad_accounts

    @property
    def withdrawn(self) -> bool:
        """True if the update withdraws a sharing request that the agency has not accepted."""
        return Fact.SHARE_REMOVED in self.facts and self.before.status == ShareStatus.PENDING

    @property
    def gained_tasks(self) -> tuple[str, ...]:
        """Tasks after the update that the agency neither had nor was asked to accept before it.

        An unconfirmed task counts too if the update sends it again.
        """
        before = {*self.before.offered} - self.sent_again
        return tuple(task for task in self.after.offered if task not in before)

    @property
    def lost_tasks(self) -> tuple[str, ...]:
        """Tasks that the agency loses, empty if the tasks after the update are unknown."""
        return tuple(task for task in self.before.tasks if task in self._dropped)

    @property
    def withdrawn_tasks(self) -> tuple[str, ...]:
        """Tasks that the agency does not have and is no longer asked to accept."""
        return tuple(task for task in self._dropped if task not in self.before.tasks)

    @property
    def _dropped(self) -> tuple[str, ...]:
        if not self.after.tasks_known:
            return ()
        return tuple(task for task in self.before.offered if task not in self.after.offered)

    @property
    def gained_accounts(self) -> tuple[str, ...]:
        return tuple(sorted({*self.after.ad_accounts} - {*self.before.ad_accounts}))

    @property
    def kept_accounts(self) -> tuple[str, ...]:
        """Ad accounts whose permission to use the pixel exists before and after the update."""
        gained = {*self.gained_accounts}
        return tuple(account for account in self.after.ad_accounts if account not in gained)

    @property
    def lost_accounts(self) -> tuple[str, ...]:
        return tuple(sorted({*self.before.ad_accounts} - {*self.after.ad_accounts}))

    @property
    def withdrawn_accounts(self) -> tuple[str, ...]:
        """Ad accounts that lose their declaration while their permission waits for the share."""
        kept = {*self.after.ad_accounts, *self.after.waiting_ad_accounts}
        return tuple(sorted({*self.before.waiting_ad_accounts} - kept))

    @property
    def waits_anew(self) -> bool:
        """True if the program declares another ad account that waits for the share."""
        return not {*self.after.waiting_ad_accounts} <= {*self.before.waiting_ad_accounts}

    @property
    def term(self) -> str:
        """The change of `expires_on`: `longer`, `shorter`, `unknown`, or empty if there is none.

        A date that has passed shortens nothing, because the access should have ended already.
        """
        if self.before.offers_nothing or self.after.offers_nothing:
            return ""
        if Fact.SHARE_TOUCHED not in self.facts:
            return ""
        term = moved_end(self.before.expires_on, self.after.expires_on)
        return "" if self.overdue and term != "unknown" else term

    @property
    def is_unknown(self) -> bool:
        """True if a part of the change is not known before the update."""
        tasks_unknown = not self.after.tasks_known or (
            not self.before.tasks_known and not self.after.is_nothing
        )
        return Fact.TOUCHED in self.facts and (
            Fact.UNCLEAR in self.facts
            or tasks_unknown
            or self.before.ad_accounts_unknown > 0
            or self.after.ad_accounts_unknown > 0
            or self.agency_id is None
            or self.pixel_id is None
            or self.term == "unknown"
        )

    @property
    def gains(self) -> bool:
        """True if the agency can do more. An unknown change counts too."""
        return bool(self.gained_tasks or self.gained_accounts or self.is_unknown)

    @property
    def loses(self) -> bool:
        """True if the agency can do less."""
        return bool(self.lost_tasks or self.removes)

    @property
    def widens(self) -> bool:
        """True if the agency can do more, or for longer. An unknown change counts too."""
        return self.gains or self.term == "longer"

    @property
    def narrows(self) -> bool:
        """True if the agency can do less, or for a shorter time."""
        shorter = self.term == "shorter" and not self.before.is_nothing
        return self.loses or shorter

    @property
    def removes(self) -> bool:
        """True if the agency loses the pixel, or an ad account its permission."""
        touched = Fact.TOUCHED in self.facts
        ends = touched and self.after.is_nothing and not self.before.is_nothing
        return ends or bool(self.lost_accounts or self.unknown_accounts_lost)

    @property
    def is_access(self) -> bool:
        """True for a confirmed share, or a confirmed permission whose share the stack lacks."""
        confirmed = not self.before.is_nothing and self.before.status == ShareStatus.ACTIVE
        accounts = {*self.before.ad_accounts} - self.unconfirmed_accounts
        return confirmed or (not self.has_share and bool(accounts))

    @property
    def is_ending(self) -> bool:
        """True if the update only ends the access, or withdraws the request, after `expires_on`."""
        ends = (Effect.ENDED, Effect.WITHDRAWN, Effect.REMOVED_WITHOUT_ACCESS)
        more = self.waits_anew or self.unmanaged
        return bool(self.ended_on) and self.effect in ends and not more

    @property
    def effect(self) -> Effect:
        if self.is_unknown:
            return Effect.UNKNOWN
        if self.refusal:
            return Effect.REFUSED
        if self.gains:
            return Effect.GAINS_AND_LOSES if self.loses else Effect.WIDENED
        if self.loses:
            nothing_left = self.after.is_nothing and not self.after.ad_accounts
            if not (self.removes and nothing_left):
                return Effect.NARROWED
            return Effect.ENDED if self.ended_on else Effect.REMOVED
        if self.unmanaged:
            return Effect.UNMANAGED
        if self.term:
            return Effect.LATER_END if self.term == "longer" else Effect.EARLIER_END
        if self.withdrawn:
            return Effect.WITHDRAWN
        was_asked = self.before.status == ShareStatus.PENDING
        if self.withdrawn_tasks or (was_asked and self.acceptance is Acceptance.NEEDED):
            return Effect.REQUEST_CHANGED
        status = self.before.status or self.after.status
        has_ended = status in ENDED and self.after.offers_nothing
        if self.withdrawn_accounts or (has_ended and Fact.SHARE_DROPPED in self.facts):
            return Effect.REMOVED_WITHOUT_ACCESS
        if has_ended and (self.waits_anew or Fact.SHARE_TOUCHED in self.facts):
            return Effect.NOT_ASKED
        return Effect.UNCHANGED
