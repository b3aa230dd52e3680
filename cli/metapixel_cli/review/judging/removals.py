"""The numbers of shares and permissions in the state, and how many of them are removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from metapixel_cli.review.judging.change import Change

_FEWEST = 3


@dataclass(frozen=True)
class Count:
    """Numbers of shares, of permissions, or of both, whatever their status.

    A share is a change of an agency and a pixel. A permission also has an ad account.
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


def counts(found: Iterable[Change]) -> tuple[Count, Count]:
    """Return the numbers of shares and of permissions. Unchanged ones are part of `managed`."""
    recorded = [change for change in found if change.olds]
    shares = [change for change in recorded if change.is_share]
    permissions = [change for change in recorded if not change.is_share]
    removed = {change.key for change in shares if change.is_removed}
    return (
        _count(shares, lambda change: bool(change.ended_on)),
        _count(permissions, lambda change: change.key.share in removed),
    )


def _count(found: Sequence[Change], is_apart: Callable[[Change], bool]) -> Count:
    removed = [change for change in found if change.is_removed and not is_apart(change)]
    names = tuple(change.olds[0].step.name for change in removed)
    return Count(len(found), names, sum(map(is_apart, found)))


def mass_removals(shares: Count, permissions: Count) -> tuple[tuple[str, Count], ...]:
    """Return the removals of many shares, of many permissions, or of many of both together."""
    kinds = (("shares", shares), ("permissions", permissions))
    found = tuple((kind, count) for kind, count in kinds if count.is_mass_removal)
    both = shares + permissions
    return found or ((("shares and permissions", both),) if both.is_mass_removal else ())
