"""Permitted tasks: what an agency may do with a shared pixel.

Source: the pixel-sharing guide, step 1, `permitted_tasks`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from metapixel_provider.errors import one_line


class Task(StrEnum):
    """A task an agency can be permitted on a pixel."""

    ANALYZE = "ANALYZE"
    """View, analyze and advertise."""

    UPLOAD = "UPLOAD"
    """Upload website conversion data to this dataset."""

    ADVERTISE = "ADVERTISE"
    """Connect ad accounts to this dataset and use it for advertising."""

    EDIT = "EDIT"
    """Manage the dataset and its settings. Meta grants it only to apps on an allow list."""


class OnExisting(StrEnum):
    """What to do when the agency has the pixel already, for other tasks."""

    FAIL = "fail"
    OVERWRITE = "overwrite"


#: Tasks Meta shows on its own and nobody can set; they are never a difference.
ADDED_BY_META = frozenset({"AA_ANALYZE"})

#: With one of these a business may permit its ad accounts on the pixel (guide, step 3).
ALLOW_AD_ACCOUNTS = frozenset({Task.ADVERTISE, Task.ANALYZE})


def canonical(tasks: Iterable[str], known: Iterable[Task] = Task) -> tuple[Task, ...]:
    """The tasks once each, in one fixed order, whatever their order and case.

    Raises ValueError naming the first task that is not among the `known` ones.
    """
    by_name = {task.value: task for task in known}
    found: set[Task] = set()
    for task in tasks:
        word = str(task).strip()
        # Some letters become ASCII only in upper case.
        name = word.upper() if word.isascii() else word
        if name not in by_name:
            raise ValueError(
                f"'{one_line(task, 64)}' is not a task; the tasks are {', '.join(by_name)}"
            )
        found.add(by_name[name])
    return settable(found)


def settable(tasks: Iterable[object], known: Iterable[Task] = Task) -> tuple[Task, ...]:
    """The `known` tasks among these, in their order: those that can be declared.

    Others are access Meta gives or takes by itself: nothing to compare with a declaration.
    """
    named = {str(task) for task in tasks}
    return tuple(task for task in known if task in named)


def shown_by_meta(tasks: Iterable[str]) -> tuple[str, ...]:
    """What Meta shows as granted, without what it adds beside another task.

    A task that is new to us still is access somebody has, so it is never hidden.
    """
    shown = {str(task) for task in tasks} - ADDED_BY_META
    known = [task.value for task in settable(shown)]
    return (*known, *sorted(shown.difference(known)))
