"""The effect of a policy configuration file."""

from __future__ import annotations

import json
import sys

import pytest

from metapixel_cli.review.reading.output import InputError
from metapixel_cli.review.reading.policy_config import PolicyConfig, read_policy_config
from metapixel_policy import RULES

NEEDS_SETTING = {
    "approved-agencies",
    "approved-ad-accounts",
    "approve-known-owners",
    "pixels-never-shared",
    "tasks-per-agency",
}


def config(document: object) -> PolicyConfig:
    return read_policy_config(json.dumps(document).encode())


def test_a_rule_without_a_required_setting_is_not_configured() -> None:
    found = config({"approved-agencies": {"agencies": []}})

    assert found.rules == {rule.name for rule in RULES}
    assert found.not_configured == NEEDS_SETTING - {"approved-agencies"}
    assert found.disabled == set()


@pytest.mark.parametrize(
    "document",
    [
        {"no-edit": "disabled"},
        {"no-edit": {"enforcementLevel": "disabled", "agencies": []}},
        {"version": 2, "policies": {"no-edit": "disabled"}},
    ],
)
def test_a_rule_is_disabled_by_its_level(document: object) -> None:
    assert config(document).disabled == {"no-edit"}


def test_all_rules_are_disabled_except_those_with_a_level_of_their_own() -> None:
    found = config({"all": "disabled", "no-edit": "mandatory"})

    assert found.disabled == found.rules - {"no-edit"}


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff" * 9])
def test_another_file_is_an_error(data: bytes) -> None:
    with pytest.raises(InputError, match="policy configuration is not a JSON object"):
        read_policy_config(data)


@pytest.mark.parametrize("policies", [None, [], 7])
def test_a_file_with_rules_of_another_shape_configures_none(policies: object) -> None:
    assert config({"version": 2, "policies": policies}).not_configured == NEEDS_SETTING


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("metapixel_policy", "metapixel_policy.rules"):
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "pulumi_policy", None)

    with pytest.raises(InputError, match=r"pip install 'pulumi-metapixel\[policy\]'"):
        read_policy_config(b"{}")
