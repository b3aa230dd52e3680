"""Declarations of access in the program, compared with those at the last update."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from metapixel_cli.grants.grant import Grant, Key
from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.records import declared, key_of
from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_cli.review.reading.values import shown

#: The declared access, and the value of `resend`, which is None if it is hidden.
Declaration = tuple[Grant, str | None]


def recorded_declarations(steps: Iterable[Step]) -> Mapping[Key, Sequence[Declaration]]:
    """Return the program's declarations at the last update, from the state."""
    found: defaultdict[Key, list[Declaration]] = defaultdict(list)
    for step in steps:
        if step.grants and step.old is not None:
            found[key_of(step, step.old)].append((declared(step.type, step.old), _resend(step.old)))
    return found


def compare(change: Change, known: Sequence[Declaration]) -> None:
    """Compare the declarations of a grant with those at the last update, which are `known`."""
    before = {task for grant, _ in known for task in grant.tasks}
    reasons = {grant.reason for grant, _ in known}
    for new in change.news:
        if new.step.op == "same":
            continue
        grant, resend = new.grant, _resend(new.snapshot)
        is_hidden = change.key.ad_account_id is None or not grant.tasks_known
        is_hidden |= None in (resend, grant.expires_on)
        is_known = _terms(grant, resend) in [_terms(*each) for each in known]
        change.is_declared_anew |= is_hidden or not is_known
        added = [task for task in grant.tasks if task not in before]
        is_explained = grant.reason and grant.reason not in reasons
        if known and (added or not grant.tasks_known) and not is_explained:
            change.is_unexplained = True
            tasks = f"adds {', '.join(added)}" if added else "may add tasks"
            change.note(f"{tasks} without a new reason")


def _resend(snapshot: Snapshot) -> str | None:
    return shown(snapshot.inputs.get("resend"))


def _terms(grant: Grant, resend: str | None) -> tuple[object, ...]:
    return grant.tasks, grant.tasks_known, grant.expires_on, resend
