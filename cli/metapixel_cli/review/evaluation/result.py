"""The result of a review: the verdict, and every fact that a rendering contains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import computed_field

from metapixel_cli.review.evaluation.answers import Answer
from metapixel_cli.review.evaluation.change import INTERNAL, Change
from metapixel_cli.review.evaluation.policy import Policy
from metapixel_cli.review.evaluation.removals import Count, Removal, mass_removals
from metapixel_cli.review.evaluation.words import GAINS, LOSSES, Effect, FindingKind, Status
from metapixel_cli.review.reading.preview import Preview


@dataclass(frozen=True)
class Review:
    """The access that each agency gains or loses if a Pulumi preview is applied.

    Texts are not escaped: escape them before you display them. Readers must ignore properties that
    they do not know.
    """

    preview: Annotated[Preview, INTERNAL]
    graph_url: Annotated[str, INTERNAL]
    """The address to which calls may go, besides Meta's."""
    project: str
    """Empty if the preview does not contain it."""
    stack: str
    """Empty if the preview does not contain it."""
    status: Status
    """The verdict."""
    access: Status
    """The verdict on the access alone, without errors and policies."""
    intent: Status
    """The verdict on the access alone, without the changes that only undo drift."""
    complete: bool
    """False if the preview failed, was cut off or has gaps, so that changes may be missing."""
    changes: tuple[Change, ...]
    """The changes of access, grouped by agency, the most important first."""
    waiting: tuple[Change, ...]
    """Unchanged shares that the agency still has to accept, or may still have to accept."""
    overdue: tuple[Change, ...]
    """Unchanged shares whose expires_on has passed."""
    moved: tuple[Change, ...]
    """Unchanged access whose resources the program moves: each has another name or another
    component."""
    answers: tuple[Answer, ...]
    """The answers to sharing requests, and the other updates of standing responses."""
    drift: tuple[Change, ...]
    """Changes outside of Pulumi that a refresh found."""
    unchanged: int
    """The number of grants whose access does not change and is confirmed by Meta."""
    only_if_meta_changed: Annotated[tuple[Change, ...], INTERNAL]
    """Unchanged grants that the update writes only if somebody changed them at Meta after the state
    was read."""
    if_meta_changed: int
    """The number of unchanged grants that the update writes only if somebody changes them at
    Meta first."""
    unconfirmed: tuple[Change, ...]
    """Unchanged grants without confirmed access, such as shares that wait or were declined."""
    shares: Count
    permissions: Count
    policy: Policy
    resources: int
    """The number of our resources that the state has."""
    read: int
    """The number of resources in the state that the preview read from Meta."""
    unread: bool
    """True if Meta refused to read some permissions, so that the preview kept their records."""
    fixed_today: date | None
    """The date that the stack configures as `metapixel:today`."""
    addresses: tuple[str | None, ...]
    """The addresses to which calls go, without Meta's; null for one that is unknown or secret."""
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    gaps: tuple[str, ...]
    """Sentences about information that the preview lacks. If there is one, the access is
    unknown."""
    other_removals: tuple[Removal, ...]
    """Resources of other packages that the update deletes or replaces."""

    @computed_field
    @property
    def findings(self) -> tuple[FindingKind, ...]:
        """The values of --fail-on that apply."""
        rows: Sequence[Change | Answer] = (*self.changes, *self.answers)
        removals = mass_removals(self.shares, self.permissions)
        forbidden_addresses = {*self.addresses} - {self.graph_url.rstrip("/")}
        conditions = {
            FindingKind.POLICY: self.policy.blocks,
            # A part that the preview lacks could be a gain.
            FindingKind.WIDENING: self.gaps or any(row.widens for row in rows),
            # A failure could have prevented the report of another removal.
            FindingKind.MASS_REMOVAL: removals or self.status is Status.FAILED,
            FindingKind.UPDATE: self._may_update,
            FindingKind.NARROWING: any(row.narrows for row in rows),
            FindingKind.UNEXPLAINED: any(change.is_unexplained for change in self.changes),
            FindingKind.UNKNOWN: self.access is Status.UNKNOWN,
            FindingKind.DRIFT: self.drift or self.unread,
            FindingKind.ADDRESS: forbidden_addresses,
        }
        return tuple(sorted(finding for finding, applies in conditions.items() if applies))

    @property
    def _may_update(self) -> bool:
        """True if the update changes anything, or if the preview cannot show that it does not."""
        if self.gaps or self.status is Status.FAILED:
            return True
        rows = (*self.changes, *self.answers, *self.other_removals)
        changes_state = not all(step.keeps_the_state for step in self.preview.steps)
        return bool(rows) or changes_state or self.preview.changes_outputs

    @property
    def intended_changes(self) -> tuple[Change, ...]:
        """The changes, without those that only undo drift."""
        return tuple(change for change in self.changes if not change.undone)


def access_of(rows: Iterable[Change], answers: Iterable[Answer], gaps: Sequence[str]) -> Status:
    """Return the verdict on the access. A later last day is more access, an earlier one less.

    End dates alone are a verdict of their own.
    """
    effects = {row.effect for row in rows}
    for answer in answers:
        effects |= answer.effects
    gains, loses = effects & GAINS, effects & LOSSES
    extends, shortens = Effect.LATER_END in effects, Effect.EARLIER_END in effects
    # The first status whose condition is true.
    conditions = {
        Status.UNKNOWN: gaps or Effect.UNKNOWN in effects,
        Status.REFUSED: Effect.REFUSED in effects,
        Status.END_DATES: (extends or shortens) and not (gains or loses),
        Status.CHANGED: (gains or extends) and (loses or shortens),
        Status.WIDENED: gains,
        Status.NARROWED: loses,
        Status.OTHER: effects,
        Status.UNCHANGED: True,
    }
    return next(status for status, applies in conditions.items() if applies)
