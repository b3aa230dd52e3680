"""The pytest fixture `metapixel_simulator`."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

PROFILE = """version: 1
probed_on: '2026-11-26'
api_version: v26.0
switches: {repeat_share: {verdict: other, answer: union}}
"""


def test_each_test_gets_a_simulator_with_its_world_and_profile(tmp_path: Path) -> None:
    (tmp_path / "world.yaml").write_text("businesses: [{id: 1, name: Acme}]", encoding="utf-8")
    (tmp_path / "profile.yaml").write_text(PROFILE)
    (tmp_path / "other.yaml").write_text(PROFILE.replace("union", "error"))
    (tmp_path / "pytest.ini").write_text("[pytest]\nmetapixel_profile = profile.yaml\n")
    (tmp_path / "test_it.py").write_text(
        """
import pytest

def test_the_profile_of_the_ini_file(metapixel_simulator):
    assert metapixel_simulator.switches.repeat_share == "union"
    metapixel_simulator.world.pixels.clear()

def test_a_fresh_one(metapixel_simulator):
    assert metapixel_simulator.world.pixels

@pytest.mark.metapixel_world("world.yaml")
def test_a_world_of_its_own(metapixel_simulator):
    assert list(metapixel_simulator.world.businesses) == ["1"]

@pytest.mark.metapixel_profile("other.yaml")
def test_a_profile_of_its_own(metapixel_simulator):
    assert metapixel_simulator.switches.repeat_share == "error"
    metapixel_simulator.set(repeat_share="overwrite")
    metapixel_simulator.reset()
    assert metapixel_simulator.switches.repeat_share == "error"
""",
        encoding="utf-8",
    )

    ran = _pytest(tmp_path)

    assert "4 passed" in ran.stdout, ran.stdout


def test_without_its_extra_the_fixture_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("import sys\nsys.modules['werkzeug'] = None\n")
    (tmp_path / "test_it.py").write_text("def test_it(metapixel_simulator): pass\n")

    ran = _pytest(tmp_path)

    sentence = (
        "The fixture metapixel_simulator needs the package werkzeug: install the extra "
        "`simulator` (pulumi-metapixel[simulator])"
    )
    assert sentence in ran.stdout.splitlines()
    assert "Traceback" not in ran.stdout
    assert "pytest_plugin.py" not in ran.stdout


def _pytest(folder: Path) -> subprocess.CompletedProcess[str]:
    registered = entry_points(group="pytest11", name="metapixel_simulator")
    plugin = [] if registered else ["-p", "metapixel_simulator.pytest_plugin"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--strict-markers", *plugin, str(folder)],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
        check=False,
    )


def test_loading_the_plugin_imports_nothing_heavy() -> None:
    check = (
        "import sys, metapixel_simulator.pytest_plugin; "
        "heavy = {'werkzeug', 'yaml', 'click', 'metapixel_simulator.simulator'}; "
        "print(*(heavy & set(sys.modules)))"
    )

    ran = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, timeout=60, check=True
    )

    assert ran.stdout.strip() == ""
