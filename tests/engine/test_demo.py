"""The demonstration: it can be run again, shows what waits, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stack import ROOT

pytestmark = pytest.mark.engine

UNCHANGED = "3 unchanged"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "demo"
    _demo("down", tmp_path / "demo")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A demonstration: its folder, and the output of its first run."""
    folder = tmp_path_factory.mktemp("shown") / "demo"
    yield folder, _demo("up", folder)
    _demo("down", folder)


def _demo(what: str, folder: Path) -> str:
    process = subprocess.run(
        [sys.executable, "-m", "tools.demo", what, "--folder", str(folder)],
        cwd=ROOT,
        env=os.environ | {"META_ACCESS_TOKEN": "somebodys-own", "META_APP_SECRET": "secret"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    assert process.returncode == 0, process.stdout
    return process.stdout


def _simulator(folder: Path) -> tuple[int, str]:
    found = json.loads((folder / "simulator.json").read_text())
    return found["pid"], found["url"]


def _ends(pid: int) -> bool:
    """Whether a process is gone within a moment."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def _statuses(shown: str) -> dict[str, str]:
    """The statuses by agency, in the report of `metapixel access`."""
    report = shown.split("$ metapixel access")[1].split("Addresses")[0]
    return {
        agency: status
        for agency in ("Northlight Media", "Harbour Performance")
        for row in report.splitlines()
        for status in ("ACTIVE", "PENDING")
        if row.startswith(agency) and status in row
    }


def test_it_shows_who_has_access(shown: tuple[Path, str]) -> None:
    _, first = shown

    assert "agency Harbour Performance (3003456789000333) must accept sharing request" in first
    assert _statuses(first) == {"Northlight Media": "ACTIVE", "Harbour Performance": "PENDING"}


def test_it_goes_on_after_its_simulator_was_killed(shown: tuple[Path, str]) -> None:
    folder, _ = shown
    pid, url = _simulator(folder)
    os.kill(pid, signal.SIGKILL)

    again = _demo("up", folder)

    assert "started again with its saved world" in again
    assert UNCHANGED in again
    assert _simulator(folder)[1] == url


def test_it_shows_that_somebody_accepted_on_the_page(shown: tuple[Path, str]) -> None:
    folder, _ = shown
    form = {"request": "2400000000000001", "answer": "accept", "business": ""}
    page = f"{_simulator(folder)[1]}/_page/answer"
    urllib.request.urlopen(page, urllib.parse.urlencode(form).encode()).close()

    again = _demo("up", folder)

    assert _statuses(again) == {"Northlight Media": "ACTIVE", "Harbour Performance": "ACTIVE"}


def test_down_leaves_no_process_and_no_folder(folder: Path) -> None:
    _demo("up", folder)
    pid, _ = _simulator(folder)

    _demo("down", folder)

    assert not folder.exists()
    assert _ends(pid)
    assert "There is no demonstration" in _demo("down", folder)
