"""`python -m tools.pictures` draws the pictures in docs/ again. It needs Chromium and an engine."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tools.pictures import access, chromium, review, terminal
from tools.pictures.failure import PictureError

DOCS = Path(__file__).parents[2] / "docs"


def main() -> None:
    """Draw the pictures, or exit with an error."""
    with tempfile.TemporaryDirectory() as name:
        page = Path(name, "page.html")
        try:
            page.write_text(review.page(), encoding="utf-8")
            chromium.screenshot(page, DOCS / "review.png", width=900, height=1058)
            page.write_text(access.page(), encoding="utf-8")
            chromium.screenshot(page, DOCS / "access.png", width=1180, height=1145)
            (DOCS / "doctor.svg").write_text(terminal.doctor(), encoding="utf-8")
            (DOCS / "import.svg").write_text(terminal.take_over(), encoding="utf-8")
        except PictureError as error:
            sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
