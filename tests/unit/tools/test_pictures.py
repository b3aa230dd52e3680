"""The pages of the pictures, and what a person is told who lacks a program to draw them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.example import NORTHLIGHT
from tools.pictures import access, chromium, review
from tools.pictures.catalogue import DOCS, DRAWN, SCREENSHOTS, TERMINALS, fingerprint
from tools.pictures.failure import PictureError


def test_the_page_has_the_review_of_the_example_as_html() -> None:
    page = review.page()

    assert "Northlight Media gains access and gains more tasks, Harbour Performance loses" in page
    agency = f"<strong>Northlight Media</strong><br><sub><code>{NORTHLIGHT}</code></sub>"
    assert f"<td>{agency}</td>" in page


def test_the_access_page_has_the_example_world() -> None:
    page = access.page()

    assert f"<bdi>Northlight Media</bdi><small>Agency {NORTHLIGHT}</small>" in page
    assert '<strong class="good">Complete:</strong>' in page


def test_a_screenshot_has_the_text_that_the_program_prints_now() -> None:
    now = {picture: fingerprint(page()) for picture, (page, *_) in SCREENSHOTS.items()}

    assert json.loads(DRAWN.read_text()) == now, "run `make pictures`"


def test_a_picture_of_a_terminal_loads_nothing() -> None:
    for picture in TERMINALS:
        assert "url(http" not in (DOCS / picture).read_text()


def test_without_chromium_the_error_names_the_packages_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(PictureError, match="apt-get install chromium fonts-liberation"):
        chromium.screenshot(tmp_path / "page.html", tmp_path / "page.png", 900, 942)
