"""What a rule about several resources remembers of those it has seen.

A stack policy sees the whole stack, but in an update only after everything was granted. A resource
policy is asked before each operation, so one that remembers can stop the resource that is too much.
A pack's process lives for one operation, and the program declares every resource in each of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from threading import Lock


class Ledger:
    """Resources by what they have in common, kept apart by stack. Safe to use from threads."""

    def __init__(self) -> None:
        self._groups: defaultdict[Hashable, dict[str, str]] = defaultdict(dict)
        self._group_of: dict[str, Hashable] = {}
        self._lock = Lock()

    def record(self, urn: str, common: Hashable, value: str = "") -> dict[str, str]:
        """Note a resource; give the values, by URN, of the others with the same in common."""
        # urn:pulumi:STACK::PROJECT::TYPE::NAME
        group = (*urn.split("::")[:2], common)
        with self._lock:
            self._groups[self._group_of.get(urn, group)].pop(urn, None)
            others = dict(self._groups[group])
            self._group_of[urn] = group
            self._groups[group][urn] = value
        return others
