"""The numbers of shares and permissions in the state, and how many of them are removed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metapixel_cli.review.judging.change import Change, Fact

_FEWEST = 3


@dataclass(frozen=True)
class Count:
    """Numbers of shares, of permissions, or of both, whatever their status.

    A share is a pair of an agency and a pixel. A permission also has an ad account.
    """

    managed: int
    """The number in the state."""
    removed: tuple[str, ...]
    """The names of removed shares or permissions in the program, without those in `apart`."""
    apart: int
    """Shares that the update removes after the day in `expires_on`, and permissions of shares that
    the update removes."""

    def __add__(self, other: Count) -> Count:
        removed = (*self.removed, *other.removed)
        return Count(self.managed + other.managed, removed, self.apart + other.apart)

    @property
    def is_mass_removal(self) -> bool:
        """True if at least 3 and over a quarter are removed, or at least 2 and none remains."""
        number = len(self.removed)
        many = number >= _FEWEST and number * 4 > self.managed
        return many or (number > 1 and self.leaves_none)

    @property
    def leaves_none(self) -> bool:
        """True if the update leaves none of the shares or permissions in the state."""
        return len(self.removed) + self.apart == self.managed


def share_count(changes: Iterable[Change]) -> Count:
    """Return the numbers of shares. Unchanged shares are part of `managed`."""
    recorded = [change for change in changes if Fact.SHARE_RECORDED in change.facts]
    removed = [change for change in recorded if Fact.SHARE_REMOVED in change.facts]
    early = tuple(change.resources[0] for change in removed if not change.ended_on)
    return Count(len(recorded), early, len(removed) - len(early))


def permission_count(changes: Sequence[Change]) -> Count:
    """Return the numbers of permissions. Those that end with their share are part of `apart`."""
    with_share = [change for change in changes if Fact.SHARE_REMOVED in change.facts]
    alone = [change for change in changes if Fact.SHARE_REMOVED not in change.facts]
    return Count(
        managed=sum(change.recorded_permissions for change in changes),
        removed=tuple(name for change in alone for name in change.removed_permissions),
        apart=sum(change.recorded_permissions for change in with_share),
    )
