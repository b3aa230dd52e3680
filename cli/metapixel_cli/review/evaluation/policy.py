"""The policy rules of a preview, their violations, and the rules without effect."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from itertools import groupby

from metapixel_cli.review.reading.preview import InputError, Preview, Violation
from metapixel_cli.stacks.engine import parsed


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
        """Return the policy of a preview whose configuration has these rules `without_effect`."""
        has_run = bool(preview.policy_packs or preview.rules or preview.violations)
        violated = {violation.rule for violation in preview.violations}
        # A pack can list such a rule as if the rule had found no violation.
        ineffective = without_effect - violated if has_run else frozenset()
        return cls(
            packs=preview.policy_packs,
            violations=tuple(sorted(preview.violations, key=_rank)),
            without_effect=tuple(sorted(ineffective)),
            rules=tuple(sorted(violated.union(preview.rules) - ineffective)),
        )

    @property
    def by_rule(self) -> list[list[Violation]]:
        """The violations by rule, level and exceptions, and either new or not."""
        return [list(group) for _, group in groupby(self.violations, key=_rank)]

    @property
    def blocks(self) -> bool:
        return any(each.blocks for each in self.violations)


def _rank(violation: Violation) -> tuple[object, ...]:
    """Return the place of a violation in the order. Violations in one row have the same place."""
    names = violation.rule, violation.pack, violation.level
    is_exempt = bool(violation.exceptions)
    # False sorts before True.
    return not violation.blocks, is_exempt, not violation.is_new, *names, *violation.exceptions


def without_effect_of(data: bytes) -> frozenset[str]:
    """Return the rules that a policy configuration disables, or that lack a required setting in it.

    Raises InputError if the file is not a JSON object, or if `metapixel_policy` is not installed.
    """
    try:
        # Only this option needs the package, which imports Pulumi.
        from metapixel_policy.config_file import disabled_rules, missing_settings
    except ModuleNotFoundError as error:
        raise InputError(str(error)) from None
    document = parsed(data)
    if not isinstance(document, Mapping):
        raise InputError("The policy configuration is not a JSON object")
    return frozenset([*disabled_rules(document), *dict(missing_settings(document))])
