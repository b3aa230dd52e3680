"""`python -m tools.pictures` draws the pictures in docs/ again. It needs Chromium and an engine."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tools.pictures import chromium
from tools.pictures.catalogue import DOCS, DRAWN, SCREENSHOTS, TERMINALS, fingerprint
from tools.pictures.failure import PictureError


def main() -> None:
    drawn = {}
    with tempfile.TemporaryDirectory() as name:
        page = Path(name, "page.html")
        try:
            for picture, (html, width, height) in SCREENSHOTS.items():
                page.write_text(html(), encoding="utf-8")
                chromium.screenshot(page, DOCS / picture, width, height)
                drawn[picture] = fingerprint(html())
            for picture, svg in TERMINALS.items():
                (DOCS / picture).write_text(svg(), encoding="utf-8")
        except PictureError as error:
            sys.exit(f"error: {error}")
    DRAWN.write_text(json.dumps(drawn, indent=2) + "\n")


if __name__ == "__main__":
    main()
