"""The review as JSON for other tools, and the form of this document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from metapixel_cli.review.judging.access import Access
from metapixel_cli.review.judging.answers import Answer
from metapixel_cli.review.judging.basis import Rules
from metapixel_cli.review.judging.change import Acceptance, Effect
from metapixel_cli.review.judging.change import Change as JudgedChange
from metapixel_cli.review.judging.moves import Place
from metapixel_cli.review.judging.review import Finding, Removal, Review, Status
from metapixel_cli.review.reading.preview import Violation
from metapixel_cli.review.rendering.headline import verdict
from metapixel_cli.review.rendering.words import marker
from metapixel_cli.schema import json_schema


@dataclass(frozen=True)
class Part:
    """A part of the access of an agency to a pixel."""

    tasks: Sequence[str]
    ad_accounts: Sequence[str]


@dataclass(frozen=True)
class Change:
    """The access of one agency to one pixel, before and after the update."""

    agency_id: str | None
    """The agency, or the business that has the ad account. Digits; null if the preview does not
    contain it."""
    agency_name: str | None
    """The agency's name as Meta returned it, not escaped; null if the preview has none."""
    pixel_id: str | None
    """The digits of the pixel's id; null if the preview does not contain it."""
    pixel_name: str | None
    """The pixel's name as Meta returned it, not escaped; null if the preview has none."""
    effect: Effect
    """The effect of the change. `refused`: the update will fail. `removed-after-end-date`: the
    update removes the share, whose expires_on has passed."""
    widens: bool
    """True if the agency can do more, or for longer. An unknown change counts too."""
    narrows: bool
    """True if the agency can do less, or for a shorter time."""
    removes: bool
    """True if the agency loses the pixel, or an ad account loses its permission."""
    before: Access
    after: Access
    """The declared access, assuming that everybody who must accept has accepted."""
    gains: Part
    """Access that the agency neither had nor was asked to accept. Tasks of an unconfirmed share
    that the update sends again count too."""
    loses: Part
    term: str | None
    """The change of expires_on: longer, shorter or unknown; null if there is none, or if the new
    date has passed."""
    overdue: bool
    """True if expires_on has passed, so that the access should have ended."""
    ended_on: str | None
    """The expires_on of a share that the update removes after this day, as YYYY-MM-DD; otherwise
    null."""
    acceptance: Acceptance
    """The need for the agency to accept a sharing request."""
    request_id: str | None
    """The sharing request; null if there is none, or none yet."""
    requested_on: str | None
    """The UTC date of the request as YYYY-MM-DD; null if it is not known."""
    reason: str | None
    """The reason in the program; empty if there is none, null if the preview does not contain
    it."""
    notes: Sequence[str]
    """Sentences for people."""
    resources: Sequence[str]
    """The names of the resources in the program."""
    due_deletions: Sequence[str]
    """The URNs of the resources that the update deletes, if it only ends the access, or withdraws
    the request, after expires_on; otherwise empty."""
    moves: Sequence[Mapping[Literal["from", "to"], Place]]
    """The resources that the program moves by an alias."""


@dataclass(frozen=True)
class Policy:
    """The policy packs, their rules and the violations."""

    packs: Sequence[str]
    """Policy packs that ran, if the preview contains them."""
    blocking_rules: Sequence[str]
    """The names of the rules that block the update."""
    rules: Rules
    violations: Sequence[Violation]


@dataclass(frozen=True)
class Basis:
    """The reads of Meta, and the age of the state."""

    resources: int
    """The number of resources of this package that the state has."""
    resources_read: int
    """The number of these resources that the preview read from Meta."""
    state_written: str | None
    """The time when the state was last written, in ISO 8601; null if it is not known."""


@dataclass(frozen=True)
class Shares:
    """Numbers of shares. A share is a pair of an agency and a pixel, whatever its status."""

    managed: int
    """Shares in the state."""
    removed: int
    """Shares that the update removes, except for those in ended."""
    ended: int
    """Shares that the update removes after the day in expires_on."""


@dataclass(frozen=True)
class Permissions:
    """Numbers of permissions.

    A permission is identified by a pixel and an ad account of an agency, whatever its status.
    """

    managed: int
    """Permissions in the state."""
    removed: int
    """Permissions that the update removes, except for those in with_shares."""
    with_shares: int
    """Permissions of shares that the update removes. Each of them ends with its share."""


@dataclass(frozen=True)
class Document:
    """The access that each agency gains or loses if a Pulumi preview is applied.

    Texts are not escaped: escape them before you display them. Readers must ignore properties that
    they do not know.
    """

    version: Literal[1]
    """A new version means that readers of the previous version would misunderstand the
    document."""
    project: str | None
    """null if the preview does not contain it."""
    stack: str | None
    """null if the preview does not contain it."""
    marker: str
    """The first line of the Markdown comment, which is the same for every review of this project
    and stack."""
    status: Status
    """The verdict."""
    access: Status
    """The verdict on the access alone, without errors and policies."""
    headline: str
    """The verdict in words."""
    complete: bool
    """False if the preview failed, was cut off or has gaps, so that changes may be missing."""
    findings: Sequence[Finding]
    """The values of --fail-on that apply."""
    changes: Sequence[Change]
    """The changes of access, grouped by agency, the most important first."""
    waiting: Sequence[Change]
    """Unchanged shares that the agency still has to accept, or may still have to accept."""
    answers: Sequence[Answer]
    """The answers that the update would give to sharing requests."""
    overdue: Sequence[Change]
    """Unchanged shares whose expires_on has passed."""
    moved: Sequence[Change]
    """Unchanged access whose resources the program moves: each has another name or another
    component."""
    drift: Sequence[Change]
    """Changes outside of Pulumi that a refresh found."""
    policy: Policy
    meta: Basis
    errors: Sequence[str]
    warnings: Sequence[str]
    gaps: Sequence[str]
    """Sentences about information that the preview lacks. If there is one, the access is
    unknown."""
    shares: Shares
    permissions: Permissions
    unchanged: int
    """The number of pairs of an agency and a pixel whose access does not change and is confirmed by
    Meta."""
    without_access: int
    """The number of unchanged pairs of an agency and a pixel without confirmed access, such as
    shares that wait or were declined."""
    other_resources: Mapping[str, int]
    """The number of operations on other resources, by operation."""
    other_removals: Sequence[Removal]
    """Resources of other packages that the update deletes or replaces."""


def schema() -> str:
    return json_schema(Document, "metapixel review")


def as_json(review: Review) -> str:
    """Return the review as a JSON document, in ASCII. Its texts are not escaped."""
    return json.dumps(_document(review), default=vars, indent=2) + "\n"


def _document(review: Review) -> Document:
    preview = review.preview
    return Document(
        version=1,
        project=preview.project or None,
        stack=preview.stack or None,
        marker=marker(preview.project, preview.stack),
        status=review.status,
        access=review.access,
        headline=verdict(review),
        complete=preview.complete and not review.errors and not review.gaps,
        findings=sorted(review.findings),
        changes=[_change(change) for change in review.changes],
        waiting=[_change(change) for change in review.waiting],
        answers=review.answers,
        overdue=[_change(change) for change in review.overdue],
        moved=[_change(change) for change in review.moved],
        drift=[_change(change) for change in review.drift],
        policy=_policy(review),
        meta=Basis(
            resources=review.basis.resources,
            resources_read=review.basis.read,
            state_written=review.basis.written.isoformat() if review.basis.written else None,
        ),
        errors=review.errors,
        warnings=preview.warnings,
        gaps=review.gaps,
        shares=Shares(
            managed=review.shares.managed,
            removed=len(review.shares.removed),
            ended=review.shares.apart,
        ),
        permissions=Permissions(
            managed=review.permissions.managed,
            removed=len(review.permissions.removed),
            with_shares=review.permissions.apart,
        ),
        unchanged=review.unchanged,
        without_access=len(review.unconfirmed),
        other_resources={op: len(names) for op, names in review.others},
        other_removals=review.removals,
    )


def _policy(review: Review) -> Policy:
    return Policy(
        packs=review.preview.policy_packs,
        blocking_rules=list(dict.fromkeys(rule.name for rule in review.rules if rule.blocks)),
        rules=review.basis.rules,
        violations=review.violations,
    )


def _change(change: JudgedChange) -> Change:
    return Change(
        agency_id=change.agency_id,
        agency_name=change.agency_name or None,
        pixel_id=change.pixel_id,
        pixel_name=change.pixel_name or None,
        effect=change.effect,
        widens=change.widens,
        narrows=change.narrows,
        removes=change.removes,
        before=change.before,
        after=change.after,
        gains=Part(tasks=change.gained_tasks, ad_accounts=change.gained_accounts),
        loses=Part(tasks=change.lost_tasks, ad_accounts=change.lost_accounts),
        term=change.term or None,
        overdue=change.overdue,
        ended_on=change.ended_on or None,
        acceptance=change.acceptance,
        request_id=change.request_id or None,
        requested_on=change.requested_on or None,
        reason=change.reason,
        notes=change.notes,
        resources=change.resources,
        due_deletions=change.deleted if change.is_ending else (),
        moves=[{"from": move.before, "to": move.after} for move in change.moves],
    )
