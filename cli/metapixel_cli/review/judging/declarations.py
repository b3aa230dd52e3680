"""Declarations of access in the program, now and at the last update."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass

from metapixel_cli.review.judging.access import GRANTS, Access, Key, declared
from metapixel_cli.review.judging.entry import key
from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_cli.review.reading.values import shown
from metapixel_provider.sharing.resource_types import ResourceType


@dataclass(frozen=True)
class Declaration:
    """The declaration of a share or of a permission."""

    is_share: bool
    access: Access
    resend: str | None
    reason: str
    """Empty if there is none, or if it is unknown or secret."""

    @classmethod
    def of(cls, step: Step, snapshot: Snapshot) -> Declaration:
        resend, reason = (shown(snapshot.inputs.get(name)) for name in ("resend", "reason"))
        is_share = step.type == ResourceType.SHARE
        return cls(is_share, declared(step.type, snapshot), resend, reason or "")

    def is_new(self, known: Set[tuple[Access, str | None]]) -> bool:
        """Return True if the state lacks the declaration, or if an unknown value may differ."""
        is_known = self.access.tasks_known and None not in (self.resend, self.access.expires_on)
        is_recorded = (self.access, self.resend) in known
        return not is_known or self.access.ad_accounts_unknown > 0 or not is_recorded

    def unexplained(self, shares: Sequence[Declaration]) -> tuple[str, ...] | None:
        """Return the tasks that the declaration adds without a new reason.

        Unknown tasks are left out. The result is None if the declaration adds no tasks, has a new
        reason, or creates the share.
        """
        before = {task for each in shares for task in each.access.tasks}
        added = tuple(task for task in self.access.tasks if task not in before)
        adds = bool(added) or not self.access.tasks_known
        is_new = self.reason and self.reason not in {each.reason for each in shares}
        return added if shares and adds and not is_new else None


def recorded_declarations(steps: Sequence[Step]) -> defaultdict[Key, list[Declaration]]:
    """Return the program's declarations at the last update, from the state."""
    found: defaultdict[Key, list[Declaration]] = defaultdict(list)
    for step in steps:
        if step.type in GRANTS and step.old is not None:
            found[key(step, step.old)].append(Declaration.of(step, step.old))
    return found
