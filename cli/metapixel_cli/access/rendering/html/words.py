"""Plain words for the data of an access report, for readers who know neither Meta nor Pulumi."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from metapixel_cli.access.judging.report import (
    ABSENT,
    UNKNOWN,
    Drift,
    End,
    Managed,
    Route,
    Row,
)
from metapixel_cli.access.rendering.words import since
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import Task, without_added

ROUTES: Mapping[Route, tuple[str, str]] = {
    Route.SHARE: ("Agency", "A business that the owner shares the pixel with."),
    Route.AD_ACCOUNT: (
        "Ad account",
        "An account of the owner or of an agency that may use the pixel for its ads.",
    ),
    Route.PERSON: (
        "Person",
        "A person who has been assigned to the pixel with tasks. The person keeps these tasks when "
        "the pixel is no longer shared with the person's business.",
    ),
    Route.SYSTEM_USER: (
        "System user",
        "A user for programs that has been assigned to the pixel with tasks. The user keeps these "
        "tasks when the pixel is no longer shared with the user's business.",
    ),
    Route.REQUEST: (
        "Sharing request",
        "The owner has asked an agency to accept a pixel. The agency has no access before it "
        "accepts.",
    ),
}

MANAGED: Mapping[Managed, str] = {
    Managed.YES: "Yes",
    Managed.NO: "No",
    Managed.BY_OWNER: "The client decides",
    Managed.UNKNOWN: "Not known",
}

#: The sentence for each status other than active access.
_STATUSES: Mapping[str, str] = {
    ShareStatus.PENDING: "The agency has not accepted yet.",
    ShareStatus.UNCONFIRMED: "Not confirmed: the agency or another admin may still have to accept.",
    ShareStatus.DECLINED: "The agency declined.",
    ShareStatus.EXPIRED: "The request expired without an answer.",
    ShareStatus.CANCELED: "The request was withdrawn.",
    PermissionStatus.WAITING_FOR_SHARE: "The permission waits until the business has the pixel.",
    PermissionStatus.ENDED_BY_OWNER: "The client no longer shares the pixel.",
    ABSENT: "Meta does not list the access.",
    UNKNOWN: "Not known, because a part of the data was not read.",
}


def task(name: str) -> str:
    """Return the word for a task. A task that this version does not know keeps its name."""
    return name.capitalize() if name in set(Task) else name


def tasks(names: Iterable[str]) -> tuple[str, ...]:
    """Return the words for the tasks, in a fixed order, without the tasks that Meta adds."""
    return tuple(map(task, without_added(names)))


def listed(words: Iterable[str], empty: str = "nothing") -> str:
    return ", ".join(words) or empty


def order(name: str, id_: str) -> tuple[list[str | int], str]:
    """Return a key that sorts names without regard to case, and numbers in them by their value."""
    # The parts of a split are text and digits in turn, so equal positions have equal types.
    parts = re.split(r"([0-9]+)", name.casefold())
    return [int(part[:300]) if n % 2 else part for n, part in enumerate(parts)], id_


def day(value: date) -> str:
    """Return a date such as `3 November 2026`."""
    return f"{value.day} {value:%B %Y}"


def may(row: Row) -> tuple[str, ...]:
    """Return the uses of the pixel that the row allows, in words. Without access, return none."""
    if not row.has_access:
        return ()
    return ("Use it for ads",) if row.route is Route.AD_ACCOUNT else tasks(row.tasks)


def notes(row: Row) -> tuple[str, ...]:
    """Return sentences that qualify the access of the row."""
    found = [] if row.status == ShareStatus.ACTIVE else [_STATUSES.get(row.status, row.status)]
    if row.may_be_open:
        if row.declared_tasks:
            found.append(f"Asked to accept: {listed(tasks(row.declared_tasks))}.")
        else:
            found.append("Meta does not list the pixels and tasks of a request.")
        found.append(f"Open since {since(row, day)}.")
    elif row.declared_tasks and row.drift not in (Drift.NONE, Drift.UNKNOWN):
        found.append(f"Declared in code: {listed(tasks(row.declared_tasks))}.")
    if row.drift is Drift.UNKNOWN and row.managed is Managed.YES and row.status != UNKNOWN:
        found.append("The comparison with the code was not possible.")
    return tuple(found)


def end(row: Row) -> str:
    if row.end is End.UNKNOWN:
        return "Not known"
    if row.expires_on is None:
        return "No end date"
    return f"{'Should have ended on ' if row.end is End.OVERDUE else ''}{day(row.expires_on)}"
