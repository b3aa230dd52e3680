"""The HTML page of a large access report: its size, and the time for each key of a search."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from math import inf
from pathlib import Path

from playwright.sync_api import Page

from bench import access_page
from bench.figure import Figure
from bench.measure import report
from metapixel_cli.access.rendering.html import page
from tests.support.browser import NoBrowserError, browser

#: The searched texts, which are typed key by key. Every search finds something.
_TEXTS = ("agency number 7", "pixel 42")
_NOTHING = "no such agency"
_ROUNDS = 8

#: A function that returns the milliseconds from each change of the search to the layout of its
#: result. It does not wait for the painted frame, which would add up to 16 ms.
_TYPE = """async (texts) => {
  const search = document.getElementById("search");
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const took = {};
  for (const text of texts) {
    await new Promise((done) => setTimeout(done, 250));
    await painted();
    const started = performance.now();
    search.value = text;
    search.dispatchEvent(new Event("input"));
    document.body.offsetHeight; // forces the layout
    took[text] = performance.now() - started;
  }
  return took;
}"""


def html_page() -> Iterator[Figure]:
    """Measure the page of 6000 grants. Without a browser, only its size is measured."""
    report("the HTML page of 6000 grants")
    html = page(access_page.report(10, 600))
    yield Figure("HTML page of 6000 grants: size", len(html.encode()) / 1e6, "MB", inf)
    try:
        with browser() as chromium, tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "access.html")
            file.write_text(html, encoding="utf-8")
            opened = chromium.new_page()
            opened.goto(file.as_uri())
            keys, nothing = _slowest_key(opened)
    except NoBrowserError as error:
        report(f"  the search is not measured: {error}")
        return
    name = "HTML page of 6000 grants: the slowest key of a search"
    yield Figure(name, keys, "ms", 2, nothing)


def _slowest_key(opened: Page) -> tuple[float, float]:
    """Return the milliseconds for the slowest key, and for a search with no hits.

    Other load on the machine affects the fastest of several rounds least.
    """
    keys = [text[:end] for text in _TEXTS for end in range(1, len(text) + 1)]
    rounds: list[Mapping[str, float]] = []
    for _ in range(_ROUNDS):
        rounds.append(opened.evaluate(_TYPE, [*keys, _NOTHING]))
    fastest = {text: min(each[text] for each in rounds) for text in rounds[0]}
    return max(fastest[key] for key in keys), fastest[_NOTHING]
