"""`python -m tools.pictures` draws docs/review.png again. The command needs Chromium."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tools.pictures import chromium, review
from tools.pictures.failure import PictureError

PICTURE = Path(__file__).parents[2] / "docs/review.png"


def main() -> None:
    """Draw the picture, or exit with an error."""
    with tempfile.TemporaryDirectory() as name:
        page = Path(name, "review.html")
        try:
            page.write_text(review.page())
            chromium.screenshot(page, PICTURE, width=900, height=912)
        except PictureError as error:
            sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
