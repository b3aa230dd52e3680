"""The rules as a whole: complete and named alike."""

import re
from pathlib import Path

import pytest
from pulumi_policy import Policy

import metapixel_policy
from metapixel_policy import RULES

RULE_FILES = sorted(
    path.stem
    for path in (Path(metapixel_policy.__file__).parent / "rules").glob("*.py")
    if path.stem != "__init__"
)


def test_every_rule_file_is_in_the_pack_once() -> None:
    assert sorted(rule.name.replace("-", "_") for rule in RULES) == RULE_FILES


def test_every_rule_can_be_imported_by_its_name() -> None:
    for name in RULE_FILES:
        assert name in metapixel_policy.__all__
        assert getattr(metapixel_policy, name) in RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_is_about(rule: Policy) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
    assert rule.description.endswith(".")
    assert rule.remediation_steps is not None
    assert rule.remediation_steps.endswith(".")
    assert rule.severity is not None


def test_every_rule_leaves_its_level_to_the_pack() -> None:
    assert [rule.name for rule in RULES if rule.enforcement_level] == []
