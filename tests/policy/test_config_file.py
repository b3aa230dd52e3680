"""What the engine leaves unsaid about a policy configuration file."""

import json
from pathlib import Path

import pytest

from metapixel_policy.__main__ import main
from metapixel_policy.config_file import unknown_names
from tests.conftest import Approve

#: Policy configuration files, of which the first ones have no problem.
DOCUMENTS: list[object] = [
    {},
    {"all": "advisory", "no-edit": "disabled"},
    {"approved-agencies": {"enforcementLevel": "advisory", "agencies": ["2001"]}},
    {"version": 2, "policies": {"no-edit": {"agencies": []}}, "exceptions": {}},
    {"version": 2, "environments": ["audit"]},
    {"environments": ["audit"]},
    {"approved-agency": "mandatory"},
    {"version": 2, "policies": {"zzz": {}}},
    {"share-expires": {"maxDays": 3}},
    {"share-has-reason": {"max_days": 3}},
    {"version": 2, "no-edit": "mandatory"},
    {"version": 2.0, "all": "mandatory", "policies": {}},
    {"version": True, "no-edit": "mandatory"},
    [],
]


def test_an_unknown_name_is_told_with_the_one_that_was_meant(approve: Approve) -> None:
    told = [f"{each}: {' | '.join(unknown_names(each)) or 'no problem'}\n" for each in DOCUMENTS]

    approve("policy-configurations.txt", "".join(told))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"no-edit": "mandatory"}', 0),
        ('{"no-edits": {}}', 1),
        (r'{"no\n::error::\u001b[31m": {}}', 1),
        ("{", 2),
        ("[" * 50_000, 2),
    ],
)
def test_the_exit_code_tells_a_misspelt_file_from_an_unreadable_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, code: int
) -> None:
    file = tmp_path / "policy.json"
    file.write_text(text)

    assert main([str(file)]) == code
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == bool(code)
    assert all(line.startswith(f"{file}: ") and line.isprintable() for line in lines)


#: Configurations of which only some give a rule one of its required settings.
CONFIGURED: list[dict[str, object]] = [
    {},
    {"approved-agencies": "mandatory"},
    {"approved-agencies": {"enforcementLevel": "mandatory"}},
    {"approved-agencies": {"agencies": []}},
    {"version": 2, "policies": {"approved-agencies": {"agencies": []}}},
    {"tasks-per-agency": {"agencies": []}},
    {"tasks-per-agency": {"others": []}},
]


def test_a_rule_applies_with_one_of_its_required_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], approve: Approve
) -> None:
    told = []
    for each in CONFIGURED:
        (tmp_path / "policy.json").write_text(json.dumps(each))
        assert main([str(tmp_path / "policy.json")]) == 0
        told.append(f"# {each}\n{capsys.readouterr().out}")
    approve("policy-settings.txt", "".join(told))


def test_help_says_how_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "usage: python -m metapixel_policy POLICY-CONFIG-FILE" in capsys.readouterr().out
