"""The memory of a rule that compares several resources.

A stack policy sees the whole stack, but an update runs it only after all access was granted. A
resource policy runs before each resource is changed. If it remembers the earlier resources, it can
stop the first resource that exceeds a limit. The process of a pack lives for one preview or update,
in which the program declares all its resources.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from threading import Lock


class Ledger:
    """The resources of each stack, grouped by a common value. It is thread-safe."""

    def __init__(self) -> None:
        self._groups: defaultdict[Hashable, dict[str, str]] = defaultdict(dict)
        self._group_of: dict[str, Hashable] = {}
        self._lock = Lock()

    def record(self, urn: str, common: Hashable, value: str = "") -> dict[str, str]:
        """Add a resource to a group. Return the values of the group's other resources, by URN."""
        # urn:pulumi:STACK::PROJECT::TYPE::NAME
        group = (*urn.split("::")[:2], common)
        with self._lock:
            self._groups[self._group_of.get(urn, group)].pop(urn, None)
            others = dict(self._groups[group])
            self._group_of[urn] = group
            self._groups[group][urn] = value
        return others
