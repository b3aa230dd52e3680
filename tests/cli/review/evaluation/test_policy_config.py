"""The effect of a policy configuration file."""

from __future__ import annotations

import json
import sys

import pytest

from metapixel_cli.review.evaluation.policy import Policy, without_effect_of
from metapixel_cli.review.reading.preview import InputError, Preview, Violation
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
    ("document", "found"),
    [
        ({"approved-agencies": {"agencies": []}}, NEEDS_SETTING - {"approved-agencies"}),
        ({"no-edit": "disabled"}, NEEDS_SETTING | {"no-edit"}),
        ({"no-edit": {"enforcementLevel": "disabled"}}, NEEDS_SETTING | {"no-edit"}),
        ({"version": 2, "policies": {"no-edit": "disabled"}}, NEEDS_SETTING | {"no-edit"}),
        ({"all": "disabled", "no-edit": "mandatory"}, ALL - {"no-edit"}),
        ({"version": 2, "policies": None}, NEEDS_SETTING),
        ({"version": 2, "policies": []}, NEEDS_SETTING),
    ],
)
def test_a_rule_has_no_effect_if_its_level_disables_it_or_if_it_lacks_a_setting(
    document: object, found: set[str]
) -> None:
    assert without_effect_of(json.dumps(document).encode()) == found


def test_a_rule_with_a_violation_has_an_effect_whatever_the_file_says() -> None:
    violation = Violation("no-edit", "pack", "mandatory", None, "web", "EDIT", True, ())
    preview = Preview(violations=(violation,), rules=("no-edit", "share-expires"))

    policy = Policy.of(preview, {"no-edit", "share-expires"})

    assert (policy.rules, policy.without_effect) == (("no-edit",), ("share-expires",))


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff" * 9])
def test_another_file_is_an_error(data: bytes) -> None:
    with pytest.raises(InputError, match="policy configuration is not a JSON object"):
        without_effect_of(data)


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [each for each in sys.modules if each.startswith("metapixel_policy")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "pulumi_policy", None)

    with pytest.raises(InputError, match=r"pip install 'pulumi-metapixel\[policy\]'"):
        without_effect_of(b"{}")
