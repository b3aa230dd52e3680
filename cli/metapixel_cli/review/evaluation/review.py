"""The review of a preview: reading → rows → status and findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain

from metapixel_cli.grants.grant import Key
from metapixel_cli.review.evaluation.answers import answers
from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.evaluation.drift import drift, mark_undone
from metapixel_cli.review.evaluation.forecast import Forecast
from metapixel_cli.review.evaluation.pairs import groups
from metapixel_cli.review.evaluation.policy import Policy
from metapixel_cli.review.evaluation.removals import Removal, counts, other_removals
from metapixel_cli.review.evaluation.result import Review, access_of
from metapixel_cli.review.evaluation.rows import rows
from metapixel_cli.review.evaluation.words import Acceptance, Effect, FindingKind, Status
from metapixel_cli.review.reading.preview import Preview, Step
from metapixel_cli.review.reading.values import shown
from metapixel_provider.sharing.permission.permission_notices import NOT_READ

__all__ = ["CUT_OFF", "FindingKind", "Removal", "Review", "Status", "review"]

#: The properties that have the name of an id.
_NAMES = {"agency_business_id": "agency_name", "pixel_id": "pixel_name"}
CUT_OFF = "The output ends in the middle: the preview was cut off, so changes may be missing"


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
    # This date decides which last days have passed. The date that the stack configures does not.
    # Otherwise, a new date there could make an early end look like an end after the last day.
    today = today or (preview.begun or datetime.now(UTC)).date()
    names = _names_by_id(preview.steps)
    # For the writes, the earlier date counts: on it, more standing responses may accept requests.
    forecast = Forecast(preview.steps, today=min(today, preview.fixed_today or today))
    found, drifts = _changes_and_drifts(preview, forecast, names, today)
    changed = _by_agency(row for row in found if row.effect is not Effect.UNCHANGED)
    unchanged = [row for row in found if row.effect is Effect.UNCHANGED]
    unconfirmed = tuple(row for row in unchanged if not row.before.is_confirmed)
    only_if_meta_changed = tuple(row for row in unchanged if row.possible.writes)
    shares, permissions = counts(found)
    unnamed = answers(preview.steps, forecast)
    given = [replace(each, agency_name=names.get(each.agency_id)) for each in unnamed]
    access = access_of(changed, given, preview.gaps)
    policy = Policy.of(preview, without_effect)
    errors = _errors(preview, exit_code, stderr, policy.blocks)
    resources, read = _count_resources(preview)
    return Review(
        preview=preview,
        graph_url=graph_url,
        project=preview.project,
        stack=preview.stack,
        status=_status(preview, errors, policy, access),
        access=access,
        intent=access_of((row for row in changed if not row.undone), given, preview.gaps),
        complete=not errors and not preview.gaps,
        changes=changed,
        waiting=tuple(row for row in unchanged if row.acceptance is not Acceptance.NOT_NEEDED),
        overdue=tuple(row for row in unchanged if row.is_overdue and not row.after.is_nothing),
        moved=tuple(row for row in unchanged if row.moves),
        answers=tuple(given),
        drift=_by_agency(drifts),
        unchanged=len(unchanged) - len(unconfirmed),
        only_if_meta_changed=only_if_meta_changed,
        if_meta_changed=len(only_if_meta_changed),
        unconfirmed=unconfirmed,
        shares=shares,
        permissions=permissions,
        policy=policy,
        resources=resources,
        read=read,
        unread=NOT_READ in "\n".join(preview.warnings),
        fixed_today=preview.fixed_today,
        addresses=preview.addresses,
        errors=errors,
        warnings=preview.warnings,
        gaps=preview.gaps,
        other_removals=tuple(other_removals(preview.steps)),
    )


def _names_by_id(steps: Iterable[Step]) -> dict[str | None, str]:
    """Return the names by id, from the states in the steps. A newer state overrides an older one.

    Meta gives an id only once, so agencies and pixels have different ids.
    """
    found = dict[str | None, str]()
    sides = chain.from_iterable((step.old, step.new) for step in steps if step.is_ours)
    for side in filter(None, sides):
        properties = {**side.outputs, **side.inputs}
        for id_property, name_property in _NAMES.items():
            id_, name = shown(properties.get(id_property)), shown(properties.get(name_property))
            if id_ and name:
                found[id_] = name
    return found


def _changes_and_drifts(
    preview: Preview, forecast: Forecast, names: Mapping[str | None, str], today: date
) -> tuple[list[Change], list[Change]]:
    """Return a row for each grant, and a row for each that a refresh found changed."""
    changes, drifts = dict[Key, Change](), dict[Key, Change]()
    for group in groups(preview.steps):
        for change in rows(group, forecast, today):
            changes[change.pair.key] = _named(change, names)
        for change in drift(group):
            drifts[change.pair.key] = _named(change, names)
    for key in drifts.keys() & changes.keys():
        changes[key], drifts[key] = mark_undone(changes[key], drifts[key])
    return [*changes.values()], [*drifts.values()]


def _named(change: Change, names: Mapping[str | None, str]) -> Change:
    agency, pixel = names.get(change.agency_id, ""), names.get(change.pixel_id, "")
    return replace(change, agency_name=agency, pixel_name=pixel)


def _status(preview: Preview, errors: Sequence[str], policy: Policy, access: Status) -> Status:
    if policy.blocks:
        # A blocked preview always fails, so only its other errors count.
        return Status.FAILED if errors else Status.BLOCKED
    return Status.FAILED if errors or preview.failed else access


def _count_resources(preview: Preview) -> tuple[int, int]:
    """Return the numbers of our resources in the state, and of those that the preview read.

    A resource that a refresh reads is in the state, even if no other step shows it.
    """
    recorded, read = set[str](), set[str]()
    for step in preview.steps:
        if step.is_ours and step.op == "refresh":
            read.add(step.urn)
        # A resource that the program only reads has no inputs, and is not managed.
        if step.is_ours and step.old and step.old.inputs:
            recorded.add(step.old_urn)
    return len(recorded | read), len(read)


def _by_agency(found: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes of each agency together, the most important first."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in sorted(found, key=_rank):
        groups.setdefault(change.agency, []).append(change)
    return tuple(chain(*groups.values()))


def _rank(change: Change) -> tuple[object, ...]:
    """Return the place of a change in the order: by its effect, then by the name and the ids."""
    ids = change.agency, change.pixel_id or "", change.ad_account_id or ""
    return list(Effect).index(change.effect), change.agency_name, *ids


def _errors(preview: Preview, exit_code: int | None, stderr: str, blocked: bool) -> tuple[str, ...]:
    """Return the errors of the preview, and what its command wrote to standard error then."""
    errors = [*preview.errors]
    if not preview.complete:
        errors.append(CUT_OFF)
    has_failed_by_policy = blocked and preview.failed
    if exit_code and not errors and not has_failed_by_policy:
        errors.append(f"The preview ended with exit code {exit_code}")
    if errors and stderr.strip():
        errors.append(stderr.strip())
    return tuple(errors)
