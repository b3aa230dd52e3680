"""The difference between the tasks at Meta and the declared tasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from metapixel_cli.access.evaluation.report import ABSENT, Drift, Route, Row
from metapixel_cli.stacks.export import StackResource
from metapixel_provider.sharing.status import ENDED, PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import implied_by, in_order, settable, texts


def drift(row: Row, declared: Sequence[StackResource]) -> Drift:
    if row.status in (ABSENT, PermissionStatus.ENDED_BY_OWNER):
        return Drift.ABSENT
    if row.route is not Route.SHARE or not declared:
        return Drift.NONE
    return _difference(row.tasks, first_differing(declared, row.tasks))


def first_differing(declared: Sequence[StackResource], tasks: Iterable[str]) -> StackResource:
    """Return the first declaration that differs from the tasks at Meta, or the first of all."""
    for each in declared:
        if _difference(tasks, each) not in (Drift.NONE, Drift.UNKNOWN):
            return each
    return declared[0]


def _difference(tasks: Iterable[str], declared: StackResource) -> Drift:
    """Return the difference between the tasks at Meta and the declared tasks.

    Tasks that Meta added by itself are not a difference. Tasks that a program cannot declare are
    not a difference either.
    """
    if not declared.grant.tasks_known:
        return Drift.UNKNOWN
    at_meta = {task.value for task in in_order(tasks)} - added(declared)
    in_stack = set(declared.grant.tasks) - added(declared)
    if at_meta - in_stack:
        return Drift.OTHER if in_stack - at_meta else Drift.MORE
    return Drift.FEWER if in_stack - at_meta else Drift.NONE


def added(share: StackResource) -> frozenset[str]:
    """Return the tasks that Meta added. Implied tasks count too until a read confirms the share."""
    found = frozenset(texts(share.outputs.get("tasks_added_by_meta")))
    if share.grant.status in (ShareStatus.ACTIVE, *ENDED):
        return found
    return found.union(implied_by(settable(share.inputs.get("permitted_tasks"))))
