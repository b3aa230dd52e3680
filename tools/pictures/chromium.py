"""Screenshots that Chromium takes without a window."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tools.pictures.failure import PictureError


def screenshot(page: Path, picture: Path, width: int, height: int) -> None:
    """Write the upper part of a page as a PNG, after its scripts have run."""
    chromium = shutil.which("chromium")
    if not chromium:
        raise PictureError(
            "no program named chromium; on Debian: "
            "apt-get install chromium fonts-liberation fonts-noto-color-emoji"
        )
    command = [
        chromium,
        "--headless",
        "--no-sandbox",  # root cannot use the sandbox, and we wrote the page
        "--disable-gpu",
        "--hide-scrollbars",
        "--run-all-compositor-stages-before-draw",  # else a busy machine leaves parts white
        "--virtual-time-budget=10000",
        f"--user-data-dir={page.parent / 'profile'}",
        f"--window-size={width},{height}",
        f"--screenshot={picture}",
        page.as_uri(),
    ]
    drawn = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if drawn.returncode or not picture.exists():
        raise PictureError(f"Chromium has drawn nothing: {drawn.stderr.strip()}")
