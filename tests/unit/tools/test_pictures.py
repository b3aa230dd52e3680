"""The page of the review's picture, and what a person is told who lacks a program to draw it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.example import NORTHLIGHT
from tools.pictures import chromium, mermaid, review
from tools.pictures.failure import PictureError


def test_the_page_has_the_review_of_the_example_with_its_diagram_unfolded() -> None:
    page = review.page("file:///mermaid.js")

    assert "More and less access: 1 agency gains access, 1 agency loses access" in page
    assert f"<td><strong>Northlight Media</strong><br><code>{NORTHLIGHT}</code></td>" in page
    assert '<details open><summary>Picture</summary>\n<pre class="mermaid">flowchart LR' in page
    assert '<script src="file:///mermaid.js"></script>' in page


def test_a_diagram_cannot_leave_its_element() -> None:
    page = review.page("file:///mermaid.js")

    assert f"n0[&quot;Northlight Media&lt;br/&gt;{NORTHLIGHT}&quot;]" in page


def test_without_chromium_the_error_names_the_packages_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(PictureError, match="apt-get install chromium fonts-liberation"):
        chromium.screenshot(tmp_path / "page.html", tmp_path / "page.png", 900, 942)


def test_without_npm_the_error_names_the_package_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(PictureError, match="apt-get install npm"):
        mermaid.fetch(tmp_path)


def test_an_archive_with_another_checksum_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho changed > mermaid.tgz\necho mermaid.tgz\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    with pytest.raises(PictureError, match=r"mermaid\.tgz is not the archive"):
        mermaid.fetch(tmp_path)
