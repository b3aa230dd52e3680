"""Permitted tasks: the ways in which an agency may use a shared pixel (guide, step 1)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal


class Task(StrEnum):
    """A task that an agency can be permitted on a pixel."""

    meaning: str
    """The meaning in sentences for people."""

    def __new__(cls, name: str, meaning: str = "") -> Task:
        task = str.__new__(cls, name)
        task._value_, task.meaning = name, meaning
        return task

    ANALYZE = "ANALYZE", "View, analyze and advertise."
    UPLOAD = "UPLOAD", "Upload website conversion data to the pixel."
    ADVERTISE = "ADVERTISE", "Connect ad accounts to the pixel and use it for advertising."
    EDIT = (
        "EDIT",
        "Manage the pixel and its settings. Meta grants it only to apps on an allow list.",
    )


#: The texts that a program can pass in place of `Task`, for type checkers.
TaskName = Literal["ANALYZE", "UPLOAD", "ADVERTISE", "EDIT"]


class OnExisting(StrEnum):
    """The reaction of a creation if the share already exists at Meta."""

    ADOPT = "adopt"
    """Adopt a share with the declared tasks, and refuse one with other tasks. The default."""

    OVERWRITE = "overwrite"
    """Adopt the share, and replace its tasks with the declared tasks."""

    FAIL = "fail"
    """Refuse to create the share, even with equal tasks."""


#: The texts that a program can pass in place of `OnExisting`, for type checkers.
OnExistingName = Literal["adopt", "overwrite", "fail"]


#: Tasks that Meta adds by itself and nobody can set. They never cause a diff.
ADDED_BY_META = frozenset({"AA_ANALYZE"})

#: The tasks that a task includes, according to its meaning in the guide (step 1).
_INCLUDED = {Task.ANALYZE: (Task.ADVERTISE,), Task.EDIT: (Task.ANALYZE, Task.ADVERTISE)}

#: A business needs one of these tasks to permit its ad accounts on the pixel (guide, step 3).
ALLOW_AD_ACCOUNTS = frozenset({Task.ADVERTISE, Task.ANALYZE})


def in_order(tasks: Iterable[str]) -> tuple[Task, ...]:
    """Return the tasks with these names in a fixed order, for messages and for Meta."""
    named = set(tasks)
    return tuple(task for task in Task if task in named)


def settable(names: object) -> frozenset[Task]:
    """Return the tasks in a list of Meta or of the state that a program can declare.

    Only Meta grants and revokes all other tasks, so a comparison with a declaration ignores them.
    """
    listed = texts(names)
    return frozenset(task for task in Task if task.value in listed)


def implied_by(tasks: Iterable[Task]) -> frozenset[Task]:
    """Return the tasks that Meta may grant in addition to these tasks.

    An implied task is not a difference, and Meta may still return it after it was revoked.
    """
    declared = frozenset(tasks)
    included = set[Task]()
    for task in declared:
        included.update(_INCLUDED.get(task, ()))
    return frozenset(included - declared)


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list in the state, such as tasks, or nothing for any other value."""
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def without_added(tasks: Iterable[str]) -> tuple[str, ...]:
    """Return a list of Meta's tasks in a fixed order, without those that Meta adds by itself.

    Tasks that this version does not know are included, because they are access too.
    """
    names = set(tasks) - ADDED_BY_META
    known = tuple(task.value for task in in_order(names))
    return known + unknown(names)


def unknown(tasks: Iterable[str]) -> tuple[str, ...]:
    """Return the tasks that this version does not know. They never cause a diff."""
    names = set(map(str, tasks))
    return tuple(sorted(names.difference(Task, ADDED_BY_META)))
