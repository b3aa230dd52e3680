"""The number of shares in the state, and of those that an update removes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from metapixel_cli.review.judging.change import Change, Fact

_FEWEST = 3


@dataclass(frozen=True)
class ShareCount:
    """Numbers of shares. A share is a pair of an agency and a pixel, whatever its status."""

    managed: int
    """Shares in the state."""
    removed: int
    """Shares that the update removes, except for those in `ended`."""
    ended: int
    """Shares that the update removes after the day in `expires_on`."""

    @classmethod
    def of(cls, changes: Sequence[Change]) -> ShareCount:
        """Return the numbers of shares in all changes, including those that change nothing."""
        removed = [change for change in changes if Fact.SHARE_REMOVED in change.facts]
        ended = sum(bool(change.ended_on) for change in removed)
        managed = sum(Fact.SHARE_RECORDED in change.facts for change in changes)
        return cls(managed, len(removed) - ended, ended)

    @property
    def is_mass_removal(self) -> bool:
        """True if the update removes at least three shares and more than a quarter, or all."""
        many = self.removed >= _FEWEST and self.removed * 4 > self.managed
        return many or (self.removed > 1 and self.leaves_none)

    @property
    def leaves_none(self) -> bool:
        """True if the update removes every share."""
        return self.removed + self.ended == self.managed
