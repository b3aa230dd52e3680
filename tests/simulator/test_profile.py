"""Profiles: the simulator behaves as a profile describes, and refuses a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

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
