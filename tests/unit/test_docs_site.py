"""The documentation site is whole, and its pages load nothing from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import pulumi_metapixel

pytestmark = pytest.mark.rest

ROOT = Path(__file__).parents[2]

#: No server answers here: a build that asks one fails.
CLOSED = "http://127.0.0.1:9"


@dataclass
class Site:
    """A built site: its folder, and its pages by path."""

    folder: Path
    pages: dict[Path, Html]


class Html(HTMLParser):
    """A page: what it loads, where it links to, the anchors it has, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a":
            self.links += [values["href"]] if "href" in values else []
        else:
            loaded = [values[name] for name in ("src", "href", "data", "poster") if name in values]
            sets = re.split(r",\s+", values.get("srcset", ""))
            self.loads += [*loaded, *(each.split()[0] for each in sets if each)]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    proxies = {"http_proxy": CLOSED, "https_proxy": CLOSED, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(
        build, cwd=ROOT, env={**os.environ, **proxies}, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return Site(folder, {path: Html(path.read_text()) for path in sorted(folder.rglob("*.html"))})


def elsewhere(address: str) -> bool:
    return bool(urlsplit(address).netloc)


def test_a_page_loads_nothing_from_another_host(site: Site) -> None:
    loaded = [
        (path.relative_to(site.folder), address)
        for path, page in site.pages.items()
        for address in page.loads
    ]

    assert loaded
    assert [each for each in loaded if elsewhere(each[1])] == []


def test_a_style_loads_nothing_from_another_host(site: Site) -> None:
    styles = [path.read_text() for path in site.folder.rglob("*.css")]
    addresses = re.compile(r"""(?:url\(|@import)\s*["']?([^"')\s]+)""")

    assert styles
    assert [a for style in styles for a in addresses.findall(style) if elsewhere(a)] == []


def test_no_page_has_a_diagram_for_which_the_theme_would_load_a_script(site: Site) -> None:
    sources = [path.read_text() for path in site.pages]

    assert [source for source in sources if re.search(r'class="[^"]*mermaid', source)] == []


def test_a_link_within_the_site_leads_to_a_page_and_a_place_there(site: Site) -> None:
    assert list(dead_links(site)) == []


def dead_links(site: Site) -> Iterator[tuple[str, str]]:
    for path, page in site.pages.items():
        if path.name == "404.html":  # its links begin at the root of a server
            continue
        for link in [*page.links, *page.loads]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            anchors = site.pages[target].anchors if target in site.pages else set()
            if not target.exists() or (parts.fragment and unquote(parts.fragment) not in anchors):
                yield str(path.relative_to(site.folder)), link


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("index.html", ["A first share"]),
        ("docs/limits.html", ["Meta limits the number"]),
        ("reference/resources.html", pulumi_metapixel.__all__),
        ("reference/commands.html", ["metapixel review", "--fail-on", "metapixel simulator"]),
    ],
)
def test_a_page_has_all_that_its_source_has(site: Site, page: str, names: list[str]) -> None:
    text = site.pages[site.folder / page].text

    assert [name for name in names if name not in text] == []
