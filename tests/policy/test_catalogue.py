"""The rules as a whole, and the template of a pack of one's own."""

import re
from pathlib import Path

import pytest
import yaml
from pulumi_policy import Policy

from metapixel_policy.rules import RULES, approve_known_owners, overwrite_states_reason

POLICY = Path(__file__).parents[2] / "policy"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_is_about(rule: Policy) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
    assert rule.description.endswith(".")
    assert rule.remediation_steps is not None
    assert rule.remediation_steps.endswith(".")
    assert rule.severity is not None


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule not in (approve_known_owners, overwrite_states_reason)]
)
def test_a_text_names_only_what_a_program_and_an_access_file_have(rule: Policy) -> None:
    text = rule.remediation_steps or ""
    only_in_programs = {*re.findall(r"\b(?:[a-z]+_id|permitted_tasks|Pixel\w+|program)\b", text)}

    assert not only_in_programs or "in an access file" in text


def test_every_rule_leaves_its_level_to_the_pack() -> None:
    assert [rule.name for rule in RULES if rule.enforcement_level] == []


def test_the_template_describes_the_same_pack_as_the_checkout() -> None:
    template, checkout = (
        yaml.safe_load((POLICY / folder / "PulumiPolicy.yaml").read_text())
        for folder in ("template", ".")
    )

    assert template.pop("runtime")["options"]["virtualenv"] == "venv"
    assert checkout.pop("runtime")["options"]["virtualenv"] == "../.venv"
    assert template == checkout
