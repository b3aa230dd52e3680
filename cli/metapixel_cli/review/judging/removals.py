"""The numbers of shares and permissions in the state, and how many of them are removed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.records import Row

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


def share_count(changes: Iterable[tuple[Row, Change]]) -> Count:
    """Return the numbers of shares. Unchanged shares are part of `managed`."""
    shares = [(row, change) for row, change in changes if row.is_share and row.olds]
    removed = [(row, change) for row, change in shares if row.is_removed]
    early = tuple(row.names[0] for row, change in removed if not change.ended_on)
    return Count(len(shares), early, len(removed) - len(early))


def permission_count(changes: Sequence[tuple[Row, Change]]) -> Count:
    """Return the numbers of permissions. Those that end with their share are part of `apart`."""
    permissions = [row for row, _ in changes if not row.is_share and row.olds]
    shares = {row.key for row, _ in changes if row.is_share and row.is_removed}
    alone = [row for row in permissions if row.key.share not in shares]
    return Count(
        managed=len(permissions),
        removed=tuple(row.olds[0].step.name for row in alone if row.is_removed),
        apart=len(permissions) - len(alone),
    )


def mass_removals(shares: Count, permissions: Count) -> tuple[tuple[str, Count], ...]:
    """Return the removals of many shares, of many permissions, or of many of both together."""
    kinds = (("shares", shares), ("permissions", permissions))
    found = tuple((kind, count) for kind, count in kinds if count.is_mass_removal)
    both = shares + permissions
    return found or ((("shares and permissions", both),) if both.is_mass_removal else ())
