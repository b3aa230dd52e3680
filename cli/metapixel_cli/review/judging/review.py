"""The review of a preview: the verdict, and every fact that a rendering contains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from metapixel_cli.review.judging.answers import Answer, answers
from metapixel_cli.review.judging.basis import Basis, basis
from metapixel_cli.review.judging.change import (
    GAINS,
    LOSSES,
    Acceptance,
    Change,
    Effect,
    Fact,
)
from metapixel_cli.review.judging.changes import changes, drift
from metapixel_cli.review.judging.entry import IDLE, KNOWN_OPS
from metapixel_cli.review.judging.policy import Rule, by_rule
from metapixel_cli.review.judging.removals import Count, permission_count, share_count
from metapixel_cli.review.judging.undone import linked
from metapixel_cli.review.reading.policy_config import PolicyConfig
from metapixel_cli.review.reading.preview import STACK, Preview, Step, Violation
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.export import StackState
from metapixel_provider.sharing.resource_types import COMPONENTS, ResourceType

CUT_OFF = "The output ends in the middle: the preview was cut off, so changes may be missing"
_NO_OUTPUT = "The preview printed nothing"
_PROVIDERS = "pulumi:providers:"
#: The operations that are parts of a replacement, which the engine also reports as a whole.
_PARTS = ("create-replacement", "delete-replaced")
#: The limit of a list of names in a sentence.
_MOST_NAMES = 20


class Status(StrEnum):
    """The verdict. If several apply, the first in this order is chosen."""

    mark: str
    words: str
    would: str
    """The words for an update that a policy blocks."""

    def __new__(cls, value: str, mark: str, words: str, would: str = "") -> Status:
        found = str.__new__(cls, value)
        found._value_, found.mark, found.words, found.would = value, mark, words, would
        return found

    FAILED = "failed", "❌", "Preview failed: its changes are unknown"
    BLOCKED = "blocked", "⛔", "Blocked by policy"
    UNKNOWN = (
        "unknown",
        "❔",
        "Access changes, and part of the change is unknown before the update",
        "the update may change access, and part of the change is unknown",
    )
    REFUSED = "refused", "❌", "The update will fail", "the update would fail"
    CHANGED = (
        "widened-and-narrowed",
        "🔺🔻",
        "More and less access",
        "the update would add some access and remove some",
    )
    WIDENED = "widened", "🔺", "More access", "the update would grant more access"
    NARROWED = "narrowed", "🔻", "Less access", "the update would grant less access"
    END_DATES = (
        "end-dates",
        "📅",
        "Only end dates change",
        "the update would change only end dates",
    )
    UNCHANGED = "unchanged", "✅", "Access unchanged", "the update would change no access"


class Finding(StrEnum):
    """A kind of finding that `--fail-on` can name."""

    POLICY = "policy"
    WIDENING = "widening"
    MASS_REMOVAL = "mass-removal"
    UPDATE = "update"
    NARROWING = "narrowing"
    UNEXPLAINED = "unexplained"
    UNKNOWN = "unknown"
    DRIFT = "drift"


@dataclass(frozen=True)
class Removal:
    """A resource of another package that the update deletes or replaces."""

    operation: str
    """delete or replace."""
    type: str
    resource: str


@dataclass(frozen=True)
class Review:
    """The facts that a reviewer has to know, the most important first."""

    preview: Preview
    basis: Basis
    changes: tuple[Change, ...]
    """The changes of access, grouped by agency, the most important first."""
    waiting: tuple[Change, ...]
    """Unchanged shares that the agency still has to accept, or may still have to."""
    overdue: tuple[Change, ...]
    """Unchanged shares whose `expires_on` has passed."""
    moved: tuple[Change, ...]
    """Unchanged access whose resources the program moves."""
    answers: tuple[Answer, ...]
    """The answers to sharing requests, and the other updates of standing responses."""
    drift: tuple[Change, ...]
    shares: Count
    permissions: Count
    unchanged: int
    """The number of pairs of an agency and a pixel with unchanged and confirmed access."""
    unconfirmed: tuple[Change, ...]
    """Unchanged pairs without confirmed access, such as shares that wait or were declined."""
    removals: tuple[Removal, ...]
    others: tuple[tuple[str, tuple[str, ...]], ...]
    """The names of other resources that the update changes, by operation."""
    errors: tuple[str, ...]
    gaps: tuple[str, ...]
    skipped: tuple[str, ...]
    """The names of our resources that the preview left out because of `--target`."""
    total: int
    """The number of our resources in the program and in the state."""

    @property
    def violations(self) -> tuple[Violation, ...]:
        """The violations by rule, with the blocking rules first."""
        return tuple(found for rule in self.rules for found in rule.violations)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return by_rule(self.preview.violations)

    @property
    def blocked(self) -> bool:
        return any(each.blocks for each in self.preview.violations)

    @property
    def requests(self) -> tuple[Change, ...]:
        """Shares that an agency has to accept, or may have to."""
        asked = (change for change in self.changes if _is_asked(change))
        return (*asked, *self.waiting)

    @property
    def mass_removals(self) -> tuple[tuple[str, Count], ...]:
        """The removals of many shares, of many permissions, or of many of both together."""
        kinds = (("shares", self.shares), ("permissions", self.permissions))
        found = tuple((kind, count) for kind, count in kinds if count.is_mass_removal)
        both = self.shares + self.permissions
        return found or ((("shares and permissions", both),) if both.is_mass_removal else ())

    @property
    def status(self) -> Status:
        return self._failure or self.access

    @property
    def access(self) -> Status:
        """The verdict on the access alone, without errors and policies."""
        return self._access(self.changes)

    @property
    def headline(self) -> Status:
        """The verdict for the status line, without the changes that only undo drift."""
        return self._failure or self.intent

    @property
    def intent(self) -> Status:
        """The verdict on the access that the program asks for."""
        return self._access(self.own)

    @property
    def own(self) -> tuple[Change, ...]:
        """The changes, without those that only undo drift."""
        return tuple(change for change in self.changes if Fact.UNDONE not in change.facts)

    @property
    def _failure(self) -> Status | None:
        failed = self.preview.failed and not self.blocked
        if self.errors or not self.preview.complete or failed:
            return Status.FAILED
        return Status.BLOCKED if self.blocked else None

    def _access(self, changes: Sequence[Change]) -> Status:
        """Return the verdict on changes. An end date counts only if nothing else changes."""
        every, effects = ({each.effect for each in found} for found in (self.changes, changes))
        unknown = any(answer.is_unknown for answer in self.answers)
        if Effect.UNKNOWN in every or unknown or self.gaps:
            return Status.UNKNOWN
        if Effect.REFUSED in every:
            return Status.REFUSED
        gains = bool(effects & GAINS) or any(answer.approves for answer in self.answers)
        loses = bool(effects & LOSSES)
        if gains and loses:
            return Status.CHANGED
        if gains or loses:
            return Status.WIDENED if gains else Status.NARROWED
        dates = any(change.widens or change.narrows for change in changes)
        dates |= any(answer.term for answer in self.answers)
        return Status.END_DATES if dates else Status.UNCHANGED

    @property
    def findings(self) -> frozenset[Finding]:
        """The findings that `--fail-on` can name and that apply."""
        facts = {
            Finding.POLICY: self.blocked,
            Finding.WIDENING: bool(self.gaps)
            or any(change.widens for change in self.changes)
            or any(answer.widens for answer in self.answers),
            # An event that is missing, or that a failure prevented, could be another removal.
            Finding.MASS_REMOVAL: bool(self.mass_removals)
            or bool(self.gaps)
            or self.status is Status.FAILED,
            Finding.UPDATE: not all(step.keeps_the_state for step in self.preview.steps)
            or self.preview.changes_outputs
            or bool(self.changes or self.answers or self.removals or self.gaps)
            or self.status is Status.FAILED,
            Finding.NARROWING: any(change.narrows for change in self.changes)
            or any(answer.term == "shorter" for answer in self.answers),
            Finding.UNEXPLAINED: any(Fact.UNEXPLAINED in change.facts for change in self.changes),
            Finding.UNKNOWN: self.access is Status.UNKNOWN,
            Finding.DRIFT: bool(self.drift),
        }
        return frozenset(finding for finding, holds in facts.items() if holds)


def review(
    preview: Preview,
    exit_code: int | None = None,
    stderr: str = "",
    state: StackState | StackError | None = None,
    config: PolicyConfig | None = None,
    today: date | None = None,
) -> Review:
    """Return the review of a preview, whose command had this exit code and standard error.

    `state` and `config` are the state and the policy configuration of the preview. An
    `expires_on` counts as passed if it is earlier than `today`. The default of `today` is the date
    of the preview in UTC, or the current date if the preview has no time.
    """
    # The date that the stack configures does not count. Otherwise, a new date in the configuration
    # could make an early end look like an end after the last day.
    today = today or (preview.begun or datetime.now(UTC)).date()
    found = changes(preview.steps, today, preview.fixed_today)
    changed = [change for change in found if change.effect is not Effect.UNCHANGED]
    changed, drifted = linked(changed, drift(preview.steps))
    unchanged = [change for change in found if change.effect is Effect.UNCHANGED]
    previewed = [change for change in unchanged if Fact.SKIPPED not in change.facts]
    blocked = any(each.blocks for each in preview.violations)
    ours = [step for step in preview.steps if step.is_ours]
    skipped = tuple(step.name for step in ours if step.is_skipped)
    return Review(
        preview=preview,
        basis=basis(preview, state, config),
        changes=tuple(_by_agency(changed)),
        waiting=tuple(filter(_is_asked, unchanged)),
        overdue=tuple(
            change for change in unchanged if change.overdue and not change.after.is_nothing
        ),
        moved=tuple(change for change in unchanged if change.moves),
        answers=tuple(answers(preview.steps, today)),
        drift=tuple(_by_agency(drifted)),
        shares=share_count(found),
        permissions=permission_count(found),
        unchanged=sum(change.is_access for change in previewed),
        unconfirmed=tuple(change for change in previewed if not change.is_access),
        removals=tuple(_removals(preview.steps)),
        others=_others(preview.steps),
        errors=_errors(preview, exit_code, stderr, blocked),
        gaps=(*preview.gaps, *_gaps(preview.steps), *_left_out(skipped)),
        skipped=skipped,
        total=len({step.old_urn for step in ours}),
    )


def _is_asked(change: Change) -> bool:
    """Return True if the agency has to accept a request, or may have to."""
    return change.acceptance is not Acceptance.NOT_NEEDED


def _by_agency(found: Sequence[Change]) -> list[Change]:
    weights: dict[tuple[str, str], int] = {}
    for change in found:
        weight = change.effect.place
        weights[change.agency] = min(weight, weights.get(change.agency, 9))

    def place(change: Change) -> tuple[int, str, tuple[str, str], int, str]:
        own, agency = change.effect.place, change.agency
        return weights[agency], change.agency_name, agency, own, change.pixel_id or ""

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


def _others(steps: Sequence[Step]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    names: defaultdict[str, list[str]] = defaultdict(list)
    for step in steps:
        if _is_other(step) and step.op not in (*_PARTS, "same", *IDLE):
            names[step.op or "an operation without a name"].append(step.name)
    return tuple((op, tuple(found)) for op, found in sorted(names.items()))


def _left_out(skipped: Sequence[str]) -> Iterator[str]:
    if skipped:
        names = ", ".join(skipped[:_MOST_NAMES])
        rest = len(skipped) - _MOST_NAMES
        more = f" and {rest:,} more" if rest > 0 else ""
        yield f"Not previewed, because the preview was only of chosen resources: {names}{more}"


def _removals(steps: Sequence[Step]) -> Iterator[Removal]:
    for step in steps:
        kept = step.op == "delete" and step.old is not None and step.old.kept_on_delete
        is_component = step.old is not None and step.old.is_component
        if not _is_other(step) or kept or is_component:
            continue
        if step.op in ("delete", "replace"):
            yield Removal(step.op, step.type, step.name)


def _is_other(step: Step) -> bool:
    """Return True for a resource of another package. Our components have no access of their own."""
    known = (STACK, _PROVIDERS, *COMPONENTS)
    return not step.is_ours and not step.type.startswith(known)


def _gaps(steps: Sequence[Step]) -> list[str]:
    gaps = []
    for step in steps:
        if not step.is_ours or step.op in ("same", *IDLE):
            continue
        kind = step.type.rpartition(":")[2]
        unknown = "" if step.op in KNOWN_OPS else f"the operation '{step.op}'"
        if not isinstance(step.type, ResourceType):
            unknown = "this type of resource"
        if unknown:
            gaps.append(
                f"{kind} '{step.name}': this version does not know {unknown}; it counts as a change"
            )
    return gaps
