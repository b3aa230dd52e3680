"""Removals: many shares and permissions at once, and resources of other packages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.reading.preview import Step


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

    @property
    def is_mass_removal(self) -> bool:
        """True if at least 3 and over a quarter are removed, or at least 2 and none remains."""
        removed, ends_as_expected = len(self.removed), self.apart
        none_remains = removed + ends_as_expected == self.managed
        is_over_a_quarter = removed * 4 > self.managed
        return (removed >= 3 and is_over_a_quarter) or (removed >= 2 and none_remains)


def counts(found: Sequence[Change]) -> tuple[Count, Count]:
    """Return the numbers of shares and of permissions. Unchanged ones are part of `managed`."""
    recorded = [change for change in found if change.pair.records]
    shares = [change for change in recorded if change.pair.is_share]
    return _count(shares), _count([change for change in recorded if not change.pair.is_share])


def _count(changes: Sequence[Change]) -> Count:
    others = [change for change in changes if not _is_apart(change)]
    removed = [change.pair.records[0].step.name for change in others if change.pair.is_removed]
    return Count(managed=len(changes), removed=tuple(removed), apart=len(changes) - len(others))


def _is_apart(change: Change) -> bool:
    """Return True for a share after its end date, and for a permission of a removed share."""
    if change.pair.is_share:
        return bool(change.ended_on)
    return change.share is not None and change.share.pair.is_removed


def mass_removals(shares: Count, permissions: Count) -> list[tuple[str, Count]]:
    """Return the removals of many shares, of many permissions, or of many of both together."""
    kinds = {"shares": shares, "permissions": permissions}
    found = [(kind, count) for kind, count in kinds.items() if count.is_mass_removal]
    managed, apart = shares.managed + permissions.managed, shares.apart + permissions.apart
    both = Count(managed, (*shares.removed, *permissions.removed), apart)
    if not found and both.is_mass_removal:
        found.append(("shares and permissions", both))
    return found


@dataclass(frozen=True)
class Removal:
    """A resource of another package that the update deletes or replaces."""

    operation: str
    """delete or replace."""
    type: str
    resource: str


def other_removals(steps: Sequence[Step]) -> Iterator[Removal]:
    """Yield the resources of other packages that the update deletes, other than components."""
    for step in steps:
        if step.is_ours or step.type.startswith("pulumi:providers:"):
            continue
        is_removed = step.op == "replace" or (step.op == "delete" and not step.keeps_access)
        is_component = step.old is not None and step.old.is_component
        if is_removed and not is_component:
            yield Removal(step.op, step.type, step.name)
