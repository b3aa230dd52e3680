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


ALL = {rule.name for rule in RULES}


@pytest.mark.parametrize(
    ("document", "disabled", "not_configured"),
    [
        ({"approved-agencies": {"agencies": []}}, set(), NEEDS_SETTING - {"approved-agencies"}),
        ({"no-edit": "disabled"}, {"no-edit"}, NEEDS_SETTING),
        ({"no-edit": {"enforcementLevel": "disabled"}}, {"no-edit"}, NEEDS_SETTING),
        ({"version": 2, "policies": {"no-edit": "disabled"}}, {"no-edit"}, NEEDS_SETTING),
        ({"all": "disabled", "no-edit": "mandatory"}, ALL - {"no-edit"}, NEEDS_SETTING),
        ({"version": 2, "policies": None}, set(), NEEDS_SETTING),
        ({"version": 2, "policies": []}, set(), NEEDS_SETTING),
    ],
)
def test_a_rule_is_disabled_by_its_level_and_needs_its_settings(
    document: object, disabled: set[str], not_configured: set[str]
) -> None:
    found = read_policy_config(json.dumps(document).encode())

    assert found == PolicyConfig(frozenset(ALL), frozenset(disabled), frozenset(not_configured))


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff" * 9])
def test_another_file_is_an_error(data: bytes) -> None:
    with pytest.raises(InputError, match="policy configuration is not a JSON object"):
        read_policy_config(data)


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("metapixel_policy", "metapixel_policy.rules"):
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "pulumi_policy", None)

    with pytest.raises(InputError, match=r"pip install 'pulumi-metapixel\[policy\]'"):
        read_policy_config(b"{}")
