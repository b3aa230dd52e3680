"""How a machine gets its engine: the command itself, on machines made of folders."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools.engine import programs

ROOT = Path(__file__).parents[3]
NOWHERE = "http://127.0.0.1:9"


def machine(home: Path, path: Sequence[Path] = (), **environment: str) -> dict[str, str]:
    """The environment of a machine that has these folders on PATH and reaches no network."""
    return {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PATH": os.pathsep.join(map(str, path)) or str(home),
        "https_proxy": NOWHERE,
        "PIP_RETRIES": "0",
        "PIP_NO_CACHE_DIR": "1",
        **environment,
    }


def get_engine(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.engine"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def install(folder: Path, names: Sequence[str] = programs.NAMES, version: str = "v3.999.0") -> Path:
    """Programs of these names that say this version."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(f"#!/bin/sh\necho {version}\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The folder of an engine that was installed before."""
    name = f"{programs.pinned_version()}-release"
    return install(tmp_path / "cache" / "pulumi-metapixel" / "engine" / name / "bin")


@pytest.mark.parametrize("is_linked", [False, True])
def test_a_complete_engine_on_path_is_used_before_a_kept_one(
    tmp_path: Path, kept: Path, is_linked: bool
) -> None:
    installed = install(tmp_path / "bin")
    if is_linked:
        links = tmp_path / "links"
        links.mkdir()
        (links / "pulumi").symlink_to(installed / "pulumi")
        installed = links

    assert get_engine(machine(tmp_path, [installed])).stdout == f"{installed}\n"


def test_a_kept_engine_is_used_without_the_network(tmp_path: Path, kept: Path) -> None:
    done = get_engine(machine(tmp_path))

    assert (done.stdout, done.stderr) == (f"{kept}\n", "")


@pytest.mark.parametrize(
    ("names", "version", "way", "complaint"),
    [
        (programs.NAMES, "v3.271.9", "path", "pulumi is 3.271.9; 3.272.0 or newer is needed"),
        (programs.NAMES, "none", "path", "does not report its version; 3.272.0 or newer is needed"),
        (programs.NAMES[:2], "v3.999.0", "path", f"has no {', '.join(programs.NAMES[2:])}\n"),
        ([], "", "magic", "METAPIXEL_ENGINE is 'magic'; it can be path, release, go"),
    ],
    ids=["old", "silent", "incomplete", "unknown way"],
)
def test_an_engine_that_cannot_be_used_is_refused(
    tmp_path: Path, names: Sequence[str], version: str, way: str, complaint: str
) -> None:
    installed = install(tmp_path / "bin", names, version)

    done = get_engine(machine(tmp_path, [installed], METAPIXEL_ENGINE=way))

    assert done.returncode == 1
    assert complaint in done.stderr


def test_a_failure_names_every_way_and_why_it_is_closed(tmp_path: Path) -> None:
    version = programs.pinned_version()

    done = get_engine(machine(tmp_path))

    assert (done.returncode, done.stdout) == (1, "")
    assert "  installed on PATH: no program named pulumi" in done.stderr
    assert f"  official release {version}: https://get.pulumi.com did not answer" in done.stderr
    assert f"  Go modules {version}: making an environment for the language hosts" in done.stderr


def test_processes_at_the_same_time_make_a_thing_once(tmp_path: Path) -> None:
    keeping = """
import pathlib, time
from tools.engine import cache
def make(folder):
    time.sleep(0.5)
    (folder / "done").touch()
    print("made")
cache.keep("thing", lambda kept: (kept / "done").exists(), make)
"""
    start = [sys.executable, "-c", keeping]
    running = [
        subprocess.Popen(start, cwd=ROOT, env=machine(tmp_path), stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]

    assert "".join(process.communicate()[0] for process in running) == "made\n"
