"""`python -m tools.changelog_section TAG` prints the changelog's section of a release.

The section becomes the text of the GitHub release. The command refuses a tag that differs from the
version.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tools.version import NUMBER

ROOT = Path(__file__).parents[1]

_HEADING = re.compile(r"^## (?P<version>\S+), (?P<date>.+)\n", re.MULTILINE)


class ReleaseError(Exception):
    """A tag that cannot be released. The message states the necessary change."""


def section(changelog: str, version: str) -> tuple[str, str]:
    headings = list(_HEADING.finditer(changelog))
    ends = [heading.start() for heading in headings[1:]] + [len(changelog)]
    for heading, end in zip(headings, ends, strict=True):
        if heading["version"] == version:
            return heading["date"], changelog[heading.end() : end].strip() + "\n"
    raise ReleaseError(f"CHANGELOG.md has no section '## {version}, DATE'; add one")


def release_notes(changelog: str, version: str, tag: str) -> str:
    """Return the section of a version. Raise ReleaseError if the tag or the date is wrong."""
    if tag != f"v{version}":
        raise ReleaseError(
            f"the tag {tag} does not match version {version} in tools/version.py; tag v{version}"
        )
    date, text = section(changelog, version)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        raise ReleaseError(
            f"CHANGELOG.md has {date!r} as the date of {version}; write the day of the release"
        )
    return text


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tools.changelog_section TAG")
    changelog = (ROOT / "CHANGELOG.md").read_text()
    try:
        print(release_notes(changelog, NUMBER, sys.argv[1]), end="")
    except ReleaseError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
