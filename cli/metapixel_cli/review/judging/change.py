"""One agency and one pixel, before and after: gains, losses, and what is not told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from metapixel_cli.review.judging.access import Access


class Effect(StrEnum):
    """What a change means for the agency."""

    WIDENED = "widened"
    REMOVED = "removed"
    NARROWED = "narrowed"
    GAINS_AND_LOSES = "gains-and-loses"
    UNKNOWN = "unknown"
    WITHDRAWN = "request-withdrawn"
    UNMANAGED = "no-longer-managed"
    UNCHANGED = "unchanged"


class Acceptance(StrEnum):
    """Whether the agency has to say yes first."""

    NOT_NEEDED = "not-needed"
    MAY_BE_NEEDED = "may-be-needed"
    NEEDED = "needed"
    WAITS_ALREADY = "waits-already"


@dataclass(frozen=True)
class Change:
    """One agency and one pixel, before and after."""

    agency_id: str | None
    agency_name: str
    pixel_id: str | None
    before: Access
    after: Access
    acceptance: Acceptance = Acceptance.NOT_NEEDED
    request_id: str = ""
    unmanaged: bool = False
    """It leaves the state and stays at Meta."""
    withdrawn: bool = False
    """A sharing request nobody had accepted is withdrawn."""
    strange: bool = False
    """A step that this version does not understand."""
    touched: bool = True
    """Whether any step does something to it."""
    has_share: bool = True
    """Whether the share is in this stack; else only ad accounts are."""
    reason: str | None = ""
    """Why, as the program states it; None where the preview does not tell it."""
    notes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()

    @property
    def gained_tasks(self) -> tuple[str, ...]:
        """Tasks the agency has afterwards and surely had not before."""
        return tuple(task for task in self.after.tasks if task not in self.before.tasks)

    @property
    def lost_tasks(self) -> tuple[str, ...]:
        """Tasks the agency surely has no more."""
        if not self.after.tasks_known:
            return ()
        return tuple(task for task in self.before.tasks if task not in self.after.tasks)

    @property
    def gained_accounts(self) -> tuple[str, ...]:
        """Ad accounts that may use the pixel afterwards."""
        return tuple(sorted({*self.after.ad_accounts} - {*self.before.ad_accounts}))

    @property
    def lost_accounts(self) -> tuple[str, ...]:
        """Ad accounts that may not use the pixel any more."""
        return tuple(sorted({*self.before.ad_accounts} - {*self.after.ad_accounts}))

    @property
    def term(self) -> str:
        """`longer`, `shorter`, `unknown` or empty: how the end of the access moves."""
        before, after = self.before.expires_on, self.after.expires_on
        if self.before.is_nothing or self.after.is_nothing or before == after:
            return ""
        if before is None or after is None:
            return "unknown"
        return "longer" if not after or (before and after > before) else "shorter"

    @property
    def is_unknown(self) -> bool:
        """Whether something about it cannot be told before the update."""
        untold = not self.after.tasks_known or (
            not self.before.tasks_known and not self.after.is_nothing
        )
        return self.touched and (
            self.strange
            or untold
            or self.after.ad_accounts_unknown > 0
            or self.agency_id is None
            or self.pixel_id is None
            or self.term == "unknown"
        )

    @property
    def widens(self) -> bool:
        """Whether the agency can do more, or for longer; what is unknown counts."""
        return bool(
            self.gained_tasks or self.gained_accounts or self.term == "longer" or self.is_unknown
        )

    @property
    def narrows(self) -> bool:
        """Whether the agency can do less, or for a shorter time."""
        return bool(self.lost_tasks or self.removes or self.term == "shorter")

    @property
    def removes(self) -> bool:
        """Whether an agency loses a pixel, or an ad account its permission."""
        ends = self.touched and self.after.is_nothing and not self.before.is_nothing
        return ends or bool(self.lost_accounts)

    @property
    def effect(self) -> Effect:
        """The change in one word."""
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
