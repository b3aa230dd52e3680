"""The notes of a release come from the changelog, and only for a tag that fits."""

from __future__ import annotations

import pytest

from tools.changelog_section import ROOT, ReleaseError, release_notes, section
from tools.version import NUMBER

CHANGELOG = """# Changelog

What users notice.

## 0.2.0, 2027-01-31

- Second.

### Removed

- A part of the second.

## 0.1.0, 2026-12-01

- First.
"""


def test_the_changelog_has_a_section_for_the_version_of_the_project() -> None:
    _, text = section((ROOT / "CHANGELOG.md").read_text(), NUMBER)

    assert "\n- " in text
    assert "\n## " not in text


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ("0.2.0", "- Second.\n\n### Removed\n\n- A part of the second.\n"),
        ("0.1.0", "- First.\n"),
    ],
)
def test_the_notes_are_the_section_of_the_tag(version: str, text: str) -> None:
    assert release_notes(CHANGELOG, version, f"v{version}") == text


@pytest.mark.parametrize("tag", ["v0.1.1", "0.1.0", "v0.1.0rc1", "v0.1"])
def test_a_tag_of_another_version_is_refused(tag: str) -> None:
    with pytest.raises(ReleaseError, match=r"does not match version 0\.1\.0 .* tag v0\.1\.0"):
        release_notes(CHANGELOG, "0.1.0", tag)


def test_a_version_without_a_section_is_refused() -> None:
    with pytest.raises(ReleaseError, match=r"no section '## 0\.3\.0, DATE'"):
        release_notes(CHANGELOG, "0.3.0", "v0.3.0")


def test_a_section_without_a_date_is_refused() -> None:
    changelog = CHANGELOG.replace("2027-01-31", "unreleased")

    with pytest.raises(ReleaseError, match=r"'unreleased' as the date of 0\.2\.0"):
        release_notes(changelog, "0.2.0", "v0.2.0")
