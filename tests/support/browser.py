"""A real browser without a window: Chromium on PATH, or else the one that Playwright installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")


class NoBrowserError(Exception):
    """No browser can be started. The message states the reason."""


@contextmanager
def browser() -> Iterator[Browser]:
    """Yield a browser. Raise NoBrowserError if there is none."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    with sync_playwright() as playwright:
        try:
            # Root cannot use the sandbox, and we wrote the pages.
            launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error as error:
            reason = str(error).strip().splitlines()[0]
            raise NoBrowserError(f"PATH has none of {', '.join(_NAMES)}; {reason}") from error
        try:
            yield launched
        finally:
            launched.close()
