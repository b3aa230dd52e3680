"""Declarations of access in the program, now and at the last update."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metapixel_cli.grants.grant import Grant, Key
from metapixel_cli.review.judging.records import GRANTS, declared, key_of
from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_cli.review.reading.values import shown


@dataclass(frozen=True)
class Declaration:
    """The declaration of a share or of a permission."""

    grant: Grant
    resend: str | None

    @classmethod
    def of(cls, step: Step, snapshot: Snapshot) -> Declaration:
        return cls(declared(step.type, snapshot), shown(snapshot.inputs.get("resend")))

    @property
    def _terms(self) -> tuple[object, ...]:
        return self.grant.tasks, self.grant.tasks_known, self.grant.expires_on, self.resend

    def is_new(self, known: Iterable[Declaration]) -> bool:
        """Return True if the state lacks the declaration, or if a hidden value may differ."""
        is_known = self.grant.tasks_known and None not in (self.resend, self.grant.expires_on)
        return not is_known or self._terms not in {each._terms for each in known}

    def unexplained(self, known: Sequence[Declaration]) -> tuple[str, ...] | None:
        """Return the tasks that the declaration adds without a new reason.

        Hidden tasks are left out. The result is None if the declaration adds no tasks, has a new
        reason, or creates the grant.
        """
        before = {task for each in known for task in each.grant.tasks}
        added = tuple(task for task in self.grant.tasks if task not in before)
        adds = bool(added) or not self.grant.tasks_known
        reasons = {each.grant.reason for each in known}
        is_new = self.grant.reason and self.grant.reason not in reasons
        return added if known and adds and not is_new else None


def recorded_declarations(steps: Iterable[Step]) -> defaultdict[Key, list[Declaration]]:
    """Return the program's declarations at the last update, from the state."""
    found: defaultdict[Key, list[Declaration]] = defaultdict(list)
    for step in steps:
        if step.type in GRANTS and step.old is not None:
            found[key_of(step, step.old)].append(Declaration.of(step, step.old))
    return found
