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


@pytest.mark.parametrize(
    ("configured", "applies"),
    [
        ({}, set()),
        ({"approved-agencies": "mandatory"}, set()),
        ({"approved-agencies": {"enforcementLevel": "mandatory"}}, set()),
        ({"approved-agencies": {"agencies": []}}, {"approved-agencies"}),
        (
            {"version": 2, "policies": {"approved-agencies": {"agencies": []}}},
            {"approved-agencies"},
        ),
        ({"tasks-per-agency": {"agencies": []}}, {"tasks-per-agency"}),
        ({"tasks-per-agency": {"others": []}}, {"tasks-per-agency"}),
    ],
)
def test_a_rule_applies_with_one_of_its_required_settings(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    configured: dict[str, object],
    applies: set[str],
) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(configured))
    told = {
        "approved-agencies does not apply without its setting 'agencies'",
        "tasks-per-agency does not apply without its setting 'agencies' or 'others'",
    }

    assert main([str(file)]) == 0
    notes = told.intersection(capsys.readouterr().out.splitlines())
    assert {note.partition(" ")[0] for note in told - notes} == applies


def test_help_says_how_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "usage: python -m metapixel_policy POLICY-CONFIG-FILE" in capsys.readouterr().out
