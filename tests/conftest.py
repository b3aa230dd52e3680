"""The example world, and the settings of random tests.

The failure of a random test prints the command that repeats it. A slow machine is not a failure.
"""

from __future__ import annotations

import difflib
import gc
import os
import signal
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from metapixel_simulator import Simulator, World
from tests.support import rules, watched
from tests.support.depth import IN_CI

_SEED = 20261129
_APPROVED = Path(__file__).with_name("approved")
_SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
settings.register_profile("tests", deadline=None, suppress_health_check=_SLOW)
settings.load_profile("tests")
#: Compares a text with a file of tests/approved.
Approve = Callable[[str, str], None]


@pytest.fixture(scope="session")
def served() -> Iterator[Simulator]:
    """One simulator for the session. Tests use `sim`, which resets it."""
    with Simulator(World.example()) as simulator:
        yield simulator


@pytest.fixture
def sim(served: Simulator) -> Simulator:
    """The simulator, with the example world in its first state."""
    served.on_request = None
    served.reset()
    rules.WORLDS[:] = [served]
    return served


@pytest.fixture
def no_collection_of_garbage() -> Iterator[None]:
    """A deeply nested text ends in a RecursionError, and a finalizer would fail at that depth."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", help="Write this file of tests/approved again, and fail.")


@pytest.fixture
def approve(request: pytest.FixtureRequest) -> Approve:
    """Compares a text with a file in tests/approved, which `--rewrite NAME` writes again.

    A text that a person approves has at most 60 lines.
    """

    def compare(name: str, text: str) -> None:
        assert len(text.splitlines()) <= 60, f"split {name}"
        file = _APPROVED / name
        approved = file.read_text("utf-8") if file.exists() else ""
        if request.config.getoption("--rewrite") == name and not IN_CI:
            file.write_text(text, "utf-8")
            difference = difflib.unified_diff(approved.splitlines(), text.splitlines(), lineterm="")
            pytest.fail("\n".join([f"{file} is written again:", *difference]), pytrace=False)
        assert text == approved, f"`--rewrite {name}` writes the file again"

    return compare


@pytest.fixture(scope="session", autouse=True)
def methods_are_watched(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Watch each lifecycle method, here and in forked plugins."""
    broken = tmp_path_factory.mktemp("rules") / "broken"
    broken.touch()
    os.environ[watched.BROKEN] = str(broken)
    watched.watch()


@pytest.fixture(autouse=True)
def no_rule_is_broken(methods_are_watched: None) -> Iterator[None]:
    rules.WORLDS.clear()
    yield
    assert not watched.broken()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Fix the seed of random tests, so that a run fails only because of its own change.

    A background job of a shell ignores SIGINT, and its children would ignore it too.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.option.hypothesis_seed = config.option.hypothesis_seed or _SEED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the command to the report of a random test that failed."""
    report = yield
    if report.when == "call" and report.failed and is_hypothesis_test(item.obj):
        where = "CI=true " if IN_CI else ""
        tests = f"{item.nodeid} --hypothesis-seed={item.config.option.hypothesis_seed}"
        report.sections.append(("to play it again", f"{where}make one T='{tests}'"))
    return report
