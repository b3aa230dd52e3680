"""The policy rules of a preview, and their violations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass
from itertools import groupby

from metapixel_cli.review.reading.preview import Exemption, Preview, Violation


@dataclass(frozen=True)
class Rule:
    """A rule and its violations of the same level, with the same exceptions, either new or not."""

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


@dataclass(frozen=True)
class Policy:
    """The policy packs, their rules and the violations."""

    packs: tuple[str, ...]
    """Policy packs that ran, if the preview contains them."""
    violations: tuple[Violation, ...]
    """The violations by rule, with the blocking rules first. Each group is sorted by name."""
    without_effect: tuple[str, ...]
    """The rules that the policy configuration disables, or that lack a required setting."""
    rules: tuple[str, ...]
    """The other rules that the preview lists."""

    @classmethod
    def of(cls, preview: Preview, without_effect: Set[str]) -> Policy:
        """Return the policy of a preview whose configuration has these rules `without_effect`.

        A pack can list such a rule as if the rule had found no violation.
        """
        violated = {violation.rule for violation in preview.violations}
        listed = violated.union(preview.rules)
        others = without_effect - violated if listed or preview.policy_packs else frozenset()
        return cls(
            packs=preview.policy_packs,
            violations=tuple(sorted(preview.violations, key=_order)),
            without_effect=tuple(sorted(others)),
            rules=tuple(sorted(listed - others)),
        )

    @property
    def by_rule(self) -> tuple[Rule, ...]:
        """The rules that the preview violates, in the same order."""
        return tuple(Rule(tuple(group)) for _, group in groupby(self.violations, key=_order))

    @property
    def blocks(self) -> bool:
        return any(each.blocks for each in self.violations)


_Order = tuple[bool, bool, bool, str, str, str, tuple[Exemption, ...]]


def _order(violation: Violation) -> _Order:
    exempt = bool(violation.exceptions)
    rule = violation.rule, violation.pack, violation.level
    is_old = not violation.is_new
    return not violation.blocks, exempt, is_old, *rule, tuple(violation.exceptions)
