"""Fixtures of the tests of the page: a browser, and pages that it opens."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from metapixel_cli.access.evaluation.report import Report
from metapixel_cli.access.rendering.html.document import page as html_page
from tests.cli.access.examples import example

Open = Callable[..., Page]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium on PATH, or else the one that Playwright installed.

    Without one, tests are skipped, except on GitHub, whose machines have one.
    """
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as playwright:
        try:
            # Root cannot use the sandbox, and we wrote the pages.
            launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error as error:
            if os.environ.get("GITHUB_ACTIONS"):
                raise
            pytest.skip(f"PATH has none of {CHROMIUM}; {str(error).strip().splitlines()[0]}")
        yield launched
        launched.close()


@pytest.fixture
def open_page(chromium: Browser, tmp_path: Path) -> Iterator[Open]:
    """A function that opens the page of a report and fails on every error of its script."""
    problems: list[str] = []
    contexts = []

    def open_(
        report: Report | None = None,
        *,
        width: int = 1280,
        scheme: Literal["light", "dark"] = "light",
        javascript: bool = True,
    ) -> Page:
        file = tmp_path / "access.html"
        file.write_text(html_page(report or example()), encoding="utf-8")
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=javascript,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        opened = context.new_page()
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.on("console", lambda message: problems.append(message.text))
        opened.goto(file.as_uri())
        return opened

    yield open_
    for context in contexts:
        context.close()
    assert not problems
