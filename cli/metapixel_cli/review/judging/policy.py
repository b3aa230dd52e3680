"""The violations of each policy rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from metapixel_cli.review.reading.preview import Exemption, Violation


@dataclass(frozen=True)
class Rule:
    """A rule and its violations, which all have the same level and the same exceptions."""

    violations: tuple[Violation, ...]

    @property
    def name(self) -> str:
        return self.violations[0].rule

    @property
    def blocks(self) -> bool:
        """True if the violations of this rule block the update."""
        return self.violations[0].blocks

    @property
    def exemptions(self) -> str:
        """The exceptions that apply to the violations, with their reasons."""
        return "; ".join(f"{each.id}: {each.reason}" for each in self.violations[0].exceptions)

    @property
    def resources(self) -> dict[str, list[str]]:
        """The names of the resources by message, in the order of the preview."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for violation in self.violations:
            found[violation.message].append(violation.resource)
        return dict(found)


def by_rule(violations: Iterable[Violation]) -> tuple[Rule, ...]:
    """Return the violations of each rule.

    Blocking rules come first, and each group is sorted by name.
    """
    groups = groupby(sorted(violations, key=_order), key=_order)
    return tuple(Rule(tuple(group)) for _, group in groups)


_Order = tuple[bool, bool, str, str, str, tuple[Exemption, ...]]


def _order(violation: Violation) -> _Order:
    exempt = bool(violation.exceptions)
    rule = violation.rule, violation.pack, violation.level
    return not violation.blocks, exempt, *rule, tuple(violation.exceptions)
