"""The numbers of shares and permissions in the state, and how many of them are removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from metapixel_cli.review.judging.pair import Pair

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


def counts(found: Iterable[Pair]) -> tuple[Count, Count]:
    """Return the numbers of shares and of permissions. Unchanged ones are part of `managed`."""
    recorded = [pair for pair in found if pair.olds]
    shares = [pair for pair in recorded if pair.is_share]
    permissions = [pair for pair in recorded if not pair.is_share]
    removed = {pair.key for pair in shares if pair.is_removed}
    return (
        _count(shares, lambda pair: bool(pair.ended_on)),
        _count(permissions, lambda pair: pair.key.share in removed),
    )


def _count(found: Sequence[Pair], is_apart: Callable[[Pair], bool]) -> Count:
    removed = [pair for pair in found if pair.is_removed and not is_apart(pair)]
    names = tuple(pair.olds[0].step.name for pair in removed)
    return Count(len(found), names, sum(map(is_apart, found)))


def mass_removals(shares: Count, permissions: Count) -> tuple[tuple[str, Count], ...]:
    """Return the removals of many shares, of many permissions, or of many of both together."""
    kinds = (("shares", shares), ("permissions", permissions))
    found = tuple((kind, count) for kind, count in kinds if count.is_mass_removal)
    both = shares + permissions
    return found or ((("shares and permissions", both),) if both.is_mass_removal else ())
