"""Profiles: the simulator behaves as a profile describes, and refuses a wrong one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from metapixel_simulator.cli import simulator
from metapixel_simulator.profile import ProfileError, answers

HEAD = "version: 1\nprobed_on: '2026-11-26'\napi_version: v26.0\n"
PROFILE = f"""{HEAD}switches:
  repeat_share: {{verdict: other, answer: union, seen: the tasks of both}}
  unshare_drops_permissions: {{verdict: other, answer: false}}
  stale_reads: {{verdict: inconclusive, reason: 0 to 2 reads were old}}
  request_expiry: {{verdict: not run, reason: an answer would take days}}
"""


def test_only_answers_set_switches(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(PROFILE)

    assert answers(path) == {"repeat_share": "union", "unshare_drops_permissions": False}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "not YAML: "),
        ("", "must be a mapping, not nothing"),
        (f"{HEAD}switches: {{}}\nname: Acme", "name: no such field; known are version"),
        (HEAD, "switches: is required"),
        (HEAD.replace("1", "2", 1) + "switches: {}", "version: must be 1, not 2"),
        (
            f"{HEAD}switches: {{repeat_share: {{verdict: sure}}}}",
            "switches.repeat_share.verdict: must be 'same', 'other', 'inconclusive' or 'not run'",
        ),
        (
            f"{HEAD}switches: {{repeat_share: {{verdict: other, answer: both}}}}",
            "switches: repeat_share must be overwrite or union or error, not 'both'",
        ),
        (
            f"{HEAD}switches: {{repeat_shares: {{verdict: not run}}}}",
            "switches: repeat_shares is not a switch; the switches are repeat_share, ",
        ),
    ],
)
def test_a_wrong_profile_is_one_sentence_that_names_the_field(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(text)

    with pytest.raises(ProfileError) as caught:
        answers(path)

    assert str(caught.value).startswith(f"{path}: {message}")
    assert "\n" not in str(caught.value)


def test_the_command_refuses_a_wrong_profile(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(HEAD)

    result = CliRunner().invoke(simulator, ["--profile", str(path), "--port", "0"])

    assert result.exit_code == 1
    assert result.stderr == f"Error: {path}: switches: is required\n"


def test_the_fixture_takes_a_profile_from_a_marker_or_the_ini_file(tmp_path: Path) -> None:
    (tmp_path / "profile.yaml").write_text(PROFILE)
    (tmp_path / "other.yaml").write_text(PROFILE.replace("union", "error"))
    (tmp_path / "pytest.ini").write_text("[pytest]\nmetapixel_profile = profile.yaml\n")
    (tmp_path / "test_it.py").write_text(
        """
import pytest

def test_the_ini_file(metapixel_simulator):
    assert metapixel_simulator.switches.repeat_share == "union"

@pytest.mark.metapixel_profile("other.yaml")
def test_the_marker(metapixel_simulator):
    assert metapixel_simulator.switches.repeat_share == "error"
    metapixel_simulator.set(repeat_share="overwrite")
    metapixel_simulator.reset()
    assert metapixel_simulator.switches.repeat_share == "error"
"""
    )

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--strict-markers", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
    )

    assert "2 passed" in ran.stdout, ran.stdout
