"""The review of a preview: the verdict, and every fact that a rendering contains."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import Field, computed_field

from metapixel_cli.review.judging.answers import Answer, answers
from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.drift import drift, link
from metapixel_cli.review.judging.effects import Acceptance, Effect
from metapixel_cli.review.judging.findings import Facts, Finding, findings
from metapixel_cli.review.judging.forecast import forecasts
from metapixel_cli.review.judging.judge import judged
from metapixel_cli.review.judging.other_packages import Removal, other_removals
from metapixel_cli.review.judging.policy import Policy
from metapixel_cli.review.judging.removals import Count, counts, mass_removals
from metapixel_cli.review.judging.verdict import Status, access_of
from metapixel_cli.review.reading.preview import Preview
from metapixel_provider.sharing.permission.permission_notices import NOT_READ

__all__ = ["CUT_OFF", "Finding", "Removal", "Review", "Status", "review"]

CUT_OFF = "The output ends in the middle: the preview was cut off, so changes may be missing"
_NO_OUTPUT = "The preview printed nothing"


@dataclass(frozen=True)
class Review:
    """The access that each agency gains or loses if a Pulumi preview is applied.

    Texts are not escaped: escape them before you display them. Readers must ignore properties that
    they do not know.
    """

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
    findings: tuple[Finding, ...]
    """The values of --fail-on that apply."""
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
    only_if_meta_changed: Annotated[tuple[Change, ...], Field(exclude=True)]
    """Unchanged grants that the update writes only if somebody changed them at Meta after the state
    was read."""
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
    def if_meta_changed(self) -> int:
        """The number of unchanged grants that the update writes only if somebody changes them at
        Meta first."""
        return len(self.only_if_meta_changed)

    @property
    def own(self) -> tuple[Change, ...]:
        """The changes, without those that only undo drift."""
        return tuple(change for change in self.changes if not change.undone)

    @property
    def requests(self) -> tuple[Change, ...]:
        """Shares that an agency has to accept, or may have to."""
        return (*filter(_is_asked, self.changes), *self.waiting)

    @property
    def mass_removals(self) -> tuple[tuple[str, Count], ...]:
        """The removals of many shares, of many permissions, or of many of both together."""
        return mass_removals(self.shares, self.permissions)


def review(
    preview: Preview,
    exit_code: int | None = None,
    stderr: str = "",
    without_effect: Set[str] = frozenset(),
    today: date | None = None,
    graph_url: str = "",
) -> Review:
    """Return the review of a preview, whose command had this exit code and standard error.

    The policy rules in `without_effect` are disabled or not configured. An `expires_on` counts as
    passed if it is earlier than `today`. The default of `today` is the date of the preview in UTC,
    or the current date if the preview has no time. Calls may go only to Meta and to `graph_url`.
    """
    # The date that the stack configures does not count. Otherwise, a new date in the configuration
    # could make an early end look like an end after the last day.
    today = today or (preview.begun or datetime.now(UTC)).date()
    earliest = min(today, preview.fixed_today or today)
    possible = forecasts(preview.steps, earliest)
    found, drifted = judged(preview.steps, today, possible), drift(preview.steps)
    changed = [change for change in found if change.effect is not Effect.UNCHANGED]
    link(changed, drifted)
    unchanged = [change for change in found if change.effect is Effect.UNCHANGED]
    policy = Policy.of(preview, without_effect)
    given = tuple(answers(preview.steps, possible))
    errors = _errors(preview, exit_code, stderr, policy.blocks)
    gaps = preview.gaps
    removals = tuple(other_removals(preview.steps))
    shares, permissions = counts(found)
    ours = [step for step in preview.steps if step.is_ours]
    read = {step.urn for step in ours if step.op == "refresh"}
    unread = any(NOT_READ in warning for warning in preview.warnings)
    recorded = {step.old_urn for step in ours if step.old is not None and step.old.inputs}
    access, intent = (
        access_of(of, given, gaps)
        for of in (changed, [each for each in changed if not each.undone])
    )
    is_failed = bool(errors) or not preview.complete or (preview.failed and not policy.blocks)
    status = Status.FAILED if is_failed else Status.BLOCKED if policy.blocks else access
    facts = Facts(
        preview=preview,
        access=access,
        is_failed=is_failed,
        changes=changed,
        answers=given,
        removals=removals,
        mass_removals=mass_removals(shares, permissions),
        policy=policy,
        drift=drifted,
        unread=unread,
        graph_url=graph_url,
    )
    return Review(
        project=preview.project,
        stack=preview.stack,
        status=status,
        access=access,
        intent=intent,
        complete=preview.complete and not errors and not gaps,
        findings=findings(facts),
        changes=tuple(_by_agency(changed)),
        waiting=tuple(filter(_is_asked, unchanged)),
        overdue=tuple(
            change for change in unchanged if change.overdue and not change.after.is_nothing
        ),
        moved=tuple(change for change in unchanged if change.moves),
        answers=given,
        drift=tuple(_by_agency(drifted)),
        unchanged=sum(change.before.is_confirmed for change in unchanged),
        only_if_meta_changed=tuple(change for change in unchanged if change.writes),
        unconfirmed=tuple(change for change in unchanged if not change.before.is_confirmed),
        shares=shares,
        permissions=permissions,
        policy=policy,
        resources=len(recorded | read),
        read=len(read),
        unread=unread,
        fixed_today=preview.fixed_today,
        addresses=preview.addresses,
        errors=errors,
        warnings=preview.warnings,
        gaps=gaps,
        other_removals=removals,
    )


def _is_asked(change: Change) -> bool:
    """Return True if the agency has to accept a request, or may have to."""
    return change.acceptance is not Acceptance.NOT_NEEDED


def _by_agency(found: Sequence[Change]) -> list[Change]:
    first: dict[tuple[str, str], int] = {}
    for change in found:
        first[change.agency] = min(change.effect.place, first.get(change.agency, 99))

    def place(change: Change) -> tuple[object, ...]:
        agency, pixel = change.agency, change.pixel_id or ""
        own = change.effect.place, pixel, change.ad_account_id or ""
        return first[agency], change.agency_name, agency, *own

    return sorted(found, key=place)


def _errors(preview: Preview, exit_code: int | None, stderr: str, blocked: bool) -> tuple[str, ...]:
    errors = [error for error in preview.errors if not (blocked and error == "preview failed")]
    errors += preview.printed if errors else ()
    if preview.is_empty:
        errors.append(_NO_OUTPUT)
    elif not preview.complete:
        errors.append(CUT_OFF)
    silent = not errors and not (blocked and preview.failed)
    if exit_code and (silent or preview.is_empty):
        errors.append(f"The preview ended with exit code {exit_code}")
    if errors and stderr.strip():
        errors.append(stderr.strip())
    return tuple(errors)
