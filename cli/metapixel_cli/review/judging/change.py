"""The change of one agency's access to one pixel: gains, losses and unknown parts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from metapixel_cli.review.judging.access import Access


class Effect(StrEnum):
    """The effect of a change on the access of the agency."""

    WIDENED = "widened"
    REMOVED = "removed"
    NARROWED = "narrowed"
    GAINS_AND_LOSES = "gains-and-loses"
    UNKNOWN = "unknown"
    WITHDRAWN = "request-withdrawn"
    UNMANAGED = "no-longer-managed"
    UNCHANGED = "unchanged"


class Acceptance(StrEnum):
    """The need for the agency to accept a sharing request."""

    NOT_NEEDED = "not-needed"
    MAY_BE_NEEDED = "may-be-needed"
    NEEDED = "needed"
    WAITS_ALREADY = "waits-already"


@dataclass(frozen=True)
class Change:
    """The access of one agency to one pixel, before and after the update."""

    agency_id: str | None
    agency_name: str
    asset: str
    """The word for the kind of the asset, such as `pixel`."""
    asset_id: str | None
    asset_name: str
    before: Access
    after: Access
    urn: str = ""
    """A URN that keeps this change apart from others while the agency or the asset is unknown."""
    acceptance: Acceptance = Acceptance.NOT_NEEDED
    request_id: str = ""
    unmanaged: bool = False
    """True if a resource leaves the state and its access stays at Meta."""
    withdrawn: bool = False
    """True if the update withdraws a sharing request that the agency has not accepted."""
    overdue: bool = False
    """True if the access should have ended before today."""
    strange: bool = False
    """True if this version does not know an operation on one of its resources."""
    touched: bool = True
    """True if the update does something to one of its resources."""
    has_share: bool = True
    """False if the stack has only permissions of ad accounts, and not the share."""
    reason: str | None = ""
    """The reason in the program: empty if there is none, None if it is unknown or secret."""
    notes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()

    @property
    def agency(self) -> tuple[str, str]:
        """A key of the agency. Two agencies whose ids are unknown have different keys."""
        return self.agency_id or "", "" if self.agency_id else self.urn

    @property
    def gained_tasks(self) -> tuple[str, ...]:
        """Tasks after the update that are not among the known tasks before it."""
        return tuple(task for task in self.after.tasks if task not in self.before.tasks)

    @property
    def lost_tasks(self) -> tuple[str, ...]:
        """Tasks that the agency loses, empty if the tasks after the update are unknown."""
        if not self.after.tasks_known:
            return ()
        return tuple(task for task in self.before.tasks if task not in self.after.tasks)

    @property
    def gained_accounts(self) -> tuple[str, ...]:
        """Ad accounts that gain the permission to use the pixel."""
        return tuple(sorted({*self.after.ad_accounts} - {*self.before.ad_accounts}))

    @property
    def lost_accounts(self) -> tuple[str, ...]:
        """Ad accounts that lose the permission to use the pixel."""
        return tuple(sorted({*self.before.ad_accounts} - {*self.after.ad_accounts}))

    @property
    def term(self) -> str:
        """The change of `expires_on`: `longer`, `shorter`, `unknown`, or empty if there is none.

        A date that has passed shortens nothing, because the access should have ended already.
        """
        before, after = self.before.expires_on, self.after.expires_on
        if self.before.is_nothing or self.after.is_nothing or before == after:
            return ""
        if before is None or after is None:
            return "unknown"
        if self.overdue:
            return ""
        return "longer" if not after or (before and after > before) else "shorter"

    @property
    def is_unknown(self) -> bool:
        """True if a part of the change is not known before the update."""
        tasks_unknown = not self.after.tasks_known or (
            not self.before.tasks_known and not self.after.is_nothing
        )
        return self.touched and (
            self.strange
            or tasks_unknown
            or self.after.ad_accounts_unknown > 0
            or self.agency_id is None
            or self.asset_id is None
            or self.term == "unknown"
        )

    @property
    def widens(self) -> bool:
        """True if the agency can do more, or for longer. An unknown change counts too."""
        return bool(
            self.gained_tasks or self.gained_accounts or self.term == "longer" or self.is_unknown
        )

    @property
    def narrows(self) -> bool:
        """True if the agency can do less, or for a shorter time."""
        return bool(self.lost_tasks or self.removes or self.term == "shorter")

    @property
    def removes(self) -> bool:
        """True if the agency loses the pixel, or an ad account loses its permission."""
        ends = self.touched and self.after.is_nothing and not self.before.is_nothing
        return ends or bool(self.lost_accounts)

    @property
    def effect(self) -> Effect:
        """The effect of the change."""
        if self.is_unknown:
            return Effect.UNKNOWN
        if self.widens:
            return Effect.GAINS_AND_LOSES if self.narrows else Effect.WIDENED
        if self.narrows:
            nothing_left = self.after.is_nothing and not self.after.ad_accounts
            return Effect.REMOVED if self.removes and nothing_left else Effect.NARROWED
        if self.unmanaged:
            return Effect.UNMANAGED
        return Effect.WITHDRAWN if self.withdrawn else Effect.UNCHANGED
