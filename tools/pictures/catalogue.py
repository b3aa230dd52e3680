"""The documentation's pictures, with fingerprints that show whether their text is outdated."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from tools.pictures import access, review, terminal

DOCS = Path(__file__).parents[2] / "docs"
#: The fingerprint of the text in each screenshot, because a PNG cannot be read back.
DRAWN = Path(__file__).with_name("drawn.json")

#: The page of each screenshot, and the part of it that is drawn: width and height in pixels.
SCREENSHOTS = {
    "review.png": (review.page, 900, 1058),
    "access.png": (access.page, 1180, 1145),
}
TERMINALS = {"doctor.svg": terminal.doctor, "import.svg": terminal.take_over}


def text(page: str) -> str:
    """Return the text of a page or of an SVG, without its style and scripts."""
    return " ".join(re.sub(r"(?s)<(style|script)\b.*?</\1>|<[^>]+>", " ", page).split())


def fingerprint(page: str) -> str:
    """Return the SHA-256 of the text of a page."""
    return hashlib.sha256(text(page).encode()).hexdigest()
