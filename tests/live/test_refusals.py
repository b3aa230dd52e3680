"""The suite refuses to write without its variables, its agreement, or a spare pixel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
import requests
from click.testing import CliRunner

from metapixel_cli.probe.journal import Target
from metapixel_provider.connection.environment import TOKEN
from metapixel_simulator import Pixel, SharingRequest, Simulator
from tests.live.command import live
from tests.live.ledger import Ledger
from tests.live.living import (
    PIXEL_4,
    STRANGER,
    STRANGER_ACCOUNT,
    Live,
    is_write,
    variables,
)
from tests.live.recorder import Recorder
from tests.live.settings import OPTIONAL, REQUIRED, read
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, OWNER, PIXEL_3
from tests.support.stack import ROOT


def test_without_variables_one_message_lists_all_of_them() -> None:
    kept = {name: value for name, value in os.environ.items() if "META" not in name}
    run = subprocess.run(
        [sys.executable, "-m", "tests.live"], cwd=ROOT, env=kept, capture_output=True, text=True
    )

    assert run.returncode == 1
    assert run.stdout == ""
    lines = [line.split() for line in run.stderr.splitlines()]
    assert [line[0] for line in lines if line[0] in REQUIRED] == list(REQUIRED)
    assert all(len(line) > 3 for line in lines)


def test_only_the_missing_variables_are_listed(suite: Live) -> None:
    given = variables(suite.sim, suite.folder, PARTNER="")

    result = CliRunner(env=given).invoke(live)

    assert result.exit_code == 1
    assert [name for name in REQUIRED if f"  {name} " in result.stderr] == [
        "METAPIXEL_LIVE_PARTNER"
    ]
    assert suite.sim.requests == []


def test_a_variable_without_the_prefix_is_no_setting(suite: Live) -> None:
    given = variables(suite.sim, suite.folder)

    found = read({**given, "PIXEL": "1", "PARTNER": "2", "GRAPH_URL": "http://other"})

    assert (found.assets.pixel, found.assets.partner) == (PIXEL_3, NORTHLIGHT)
    assert found.configuration.graph_url == suite.sim.url


def test_a_token_can_be_in_a_file(suite: Live) -> None:
    file = suite.folder / "token"
    file.write_text("owner-token\n")
    given = variables(suite.sim, suite.folder)
    del given[TOKEN]

    result = CliRunner(env={**given, f"{TOKEN}_FILE": str(file)}).invoke(live, ["nodes"], "y\n")

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"PIXEL": "shop"}, "'shop' is not an id"),
        ({"PIXEL": PIXEL_4}, "must name two different assets"),
        ({"AGENCY": NORTHLIGHT}, "must name two different assets"),
        ({"GRAPH_URL": "http://meta.example"}, "is not a safe address for tokens"),
        ({"PAUSE": "soon"}, "is wrong"),
        ({"PROFILE": str(ROOT / "pyproject.toml")}, "not YAML"),
    ],
)
def test_a_wrong_variable_is_refused(suite: Live, others: dict[str, str], message: str) -> None:
    named = {f"METAPIXEL_LIVE_{name}": value for name, value in others.items()}

    result = suite.run(environment=named)

    assert result.exit_code == 1
    assert message in result.stderr
    assert not any(map(is_write, suite.sim.requests))


def fired(sim: Simulator) -> None:
    now = datetime(2020, 1, 1, tzinfo=UTC)
    sim.world.add(Pixel(PIXEL_4, "Acme spare", OWNER, last_fired_time=now))


def shared(sim: Simulator) -> None:
    sim.share(PIXEL_4, NORTHLIGHT, ["ANALYZE"])


def asked(sim: Simulator) -> None:
    pixels: dict[str, tuple[str, ...]] = {PIXEL_4: ("ANALYZE",)}
    sim.world.add(SharingRequest("2400000000000007", OWNER, HARBOUR, pixels))


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (fired, f"Pixel {PIXEL_4} has received events"),
        (shared, f"Pixel {PIXEL_4} is shared already"),
        (asked, f"A sharing request to agency {HARBOUR} is open"),
    ],
)
def test_a_pixel_that_is_in_use_is_refused_before_the_first_write(
    suite: Live, prepare: Callable[[Simulator], None], message: str
) -> None:
    prepare(suite.sim)
    suite.sim.clear_requests()

    result = suite.run()

    assert result.exit_code == 1
    assert message in result.stderr
    assert not any(map(is_write, suite.sim.requests))


def test_a_partner_that_would_have_to_accept_is_refused(suite: Live) -> None:
    result = suite.run(PARTNER=STRANGER)

    assert result.exit_code == 1
    assert f"Business {STRANGER} does not work with the owner yet" in result.stderr
    assert not any(map(is_write, suite.sim.requests))


def test_the_plan_is_printed_before_the_question_and_without_a_yes_nothing_is_written(
    suite: Live,
) -> None:
    result = suite.run(given="n\n")

    assert result.exit_code == 1
    plan, _, _ = result.stdout.partition("Begin?")
    for part in (PIXEL_3, PIXEL_4, HARBOUR, suite.sim.url, "It cannot undo this:", "relationship"):
        assert part in plan
    assert not any(map(is_write, suite.sim.requests))
    assert not list(suite.folder.iterdir())


@contextmanager
def recording(suite: Live) -> Iterator[Recorder]:
    """The recorder of a run, in front of the simulator."""
    targets = [Target(PIXEL_3, OWNER, HARBOUR, HARBOUR_ACCOUNT)]
    with Recorder(suite.sim.url, {}, Ledger(suite.folder, targets)) as recorder:
        yield recorder


@pytest.mark.parametrize(
    ("method", "path", "params"),
    [
        ("POST", "1290034567800001/agencies", {"business": HARBOUR}),
        ("POST", f"{PIXEL_3}/agencies", {"business": STRANGER}),
        ("DELETE", f"{PIXEL_3}/agencies", {}),
        (
            "POST",
            f"{PIXEL_3}/shared_accounts",
            {"business": HARBOUR, "account_id": STRANGER_ACCOUNT},
        ),
        ("POST", f"{PIXEL_3}/assigned_users", {"business": HARBOUR}),
        ("POST", "2400000000000009", {"request_status": "approve"}),
        ("GET", "1290034567800001/agencies", {"method": "delete", "business": HARBOUR}),
    ],
)
def test_a_write_to_an_asset_that_no_variable_names_is_not_sent(
    suite: Live, method: str, path: str, params: dict[str, str]
) -> None:
    suite.sim.clear_requests()
    with recording(suite) as recorder:
        alone = requests.request(method, f"{recorder.url}/v26.0/{path}", params=params, timeout=5)
        entry = {"method": method, "relative_url": f"{path}?{urlencode(params)}"}
        batch = requests.post(recorder.url, {"batch": json.dumps([entry])}, timeout=5)

    assert (alone.status_code, batch.status_code) == (403, 403)
    assert suite.sim.requests == []
    assert not list(suite.folder.iterdir())


def test_a_profile_with_which_nothing_is_removed_sends_nothing_to_meta(suite: Live) -> None:
    profile = suite.folder / "profile.yaml"
    answer = "admin_approval: {verdict: other, answer: removals, seen: an answer}"
    profile.write_text(f"version: 1\nprobed_on: today\napi_version: v26.0\nswitches:\n  {answer}\n")

    result = suite.run("agency", PROFILE=str(profile))

    assert result.exit_code == 1, result.output
    assert "The simulator still has access after the acts" in result.stderr
    assert not any(map(is_write, suite.sim.requests))


def test_the_page_has_every_variable_with_its_meaning() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text()

    for name, meaning in (REQUIRED | OPTIONAL).items():
        assert f"| `{name}` | {meaning} |" in page
