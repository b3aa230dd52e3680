"""World files and profiles: what they contain, and one line for a mistake."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_simulator import Simulator, World, WorldError
from metapixel_simulator.profile import ProfileError, answers
from tests.conftest import Approve
from tests.simulator.conftest import Api
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL

BASE = """
businesses:
  - {id: 1, name: Acme}
  - {id: 2, name: Agency}
pixels:
  - {id: 3, name: Web, owner: 1}
"""
HEAD = "version: 1\nprobed_on: '2026-11-26'\napi_version: v26.0\n"
PROFILE = f"""{HEAD}switches:
  repeat_share: {{verdict: other, answer: union, seen: the tasks of both}}
  unshare_drops_permissions: {{verdict: other, answer: false}}
  stale_reads: {{verdict: inconclusive, reason: 0 to 2 reads were old}}
  request_expiry: {{verdict: not run, reason: an answer would take days}}
"""


def test_a_whole_state_reads_back_what_it_writes(sim: Simulator, api: Api) -> None:
    api.share(PIXEL, NORTHLIGHT, "ADVERTISE")
    api.share(PIXEL, HARBOUR)
    sim.world.clock = sim.clock.now()
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    sim.set(request_expiry="never")

    again = World.parse(sim.world.dump())

    assert again.dump() == sim.world.dump()
    assert again.switches.request_expiry == "never"


def test_json_may_escape_an_emoji_in_a_name() -> None:
    text = json.dumps({"businesses": [{"id": "1", "name": "🚀 Ads"}]})

    assert World.parse(text).businesses["1"].name == "🚀 Ads"


def test_a_field_without_a_value_is_left_out() -> None:
    world = World.parse("apps: [{id: 1, name: null, secret: }]\nusers:\n")

    assert (world.apps["1"].name, world.apps["1"].secret, world.users) == ("", None, {})


def test_a_clock_may_begin_with_a_day() -> None:
    assert str(World.parse("clock: 2030-01-01").clock) == "2030-01-01 00:00:00+00:00"


def test_only_the_answers_of_a_profile_set_switches(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(PROFILE)

    assert answers(path) == {"repeat_share": "union", "unshare_drops_permissions": False}


#: Mistakes after `BASE`.
WORLDS = [
    "pixels: [{id: 9, name: Web, owner: 7}]",
    "shares: [{pixel: 3, agency: 2}]",
    "shares: [{pixel: 3, agency: 2, permitted_tasks: [WATCH]}]",
    "businesses: [{id: x, name: A}]",
    "businesses: [{id: 1, name: A, nane: B}]",
    "busineses: []",
    "switches: {repeat_share: merge}",
    "switches: {stale_reads: -1}",
    "switches: {stale_reads: true}",
    "switches: {request_expiry: soon}",
    "switches: {latency: soon}",
    "switches: {unshare_drops_permissions: 1}",
    "switches: {newest_version: '27'}",
    "switches: {implied_tasks: x}",
    "switches: {repeat_shares: x}",
    "clock: tomorrow",
    "clock: 2030",
    "users: [{id: 1, name: A, roles: {7: ADMIN}}]",
    "users: [{id: 1, name: A, roles: {x: ADMIN}}]",
    "users: [{id: 9, name: A, roles: {1: BOSS}}]",
    "tokens: [{token: t, user: 1, app: 2}]",
    "requests: [{id: 8, owner: 1, agency: 2, status: LATE}]",
    "requests: [{id: 8, owner: 1, agency: 2, pixels: {7: [UPLOAD]}}]",
    "permissions: [{pixel: 3, business: 2, ad_account: 5}]",
    "ad_accounts: [{id: 5, name: A, owner: 1, client_of: [2, 7]}]",
    "apps: [{id: 1, allow_edit: 1}]",
    "apps: [{id: 1, name: [A]}]",
    "apps: [null]",
    "1: 2",
    "a: [",
    "pixels: 3",
]
PROFILES = {
    "no YAML": "[",
    "an empty file": "",
    "an unknown field": f"{HEAD}switches: {{}}\nname: Acme",
    "no switches": HEAD,
    "another version": HEAD.replace("1", "2", 1) + "switches: {}",
    "an unknown verdict": f"{HEAD}switches: {{repeat_share: {{verdict: sure}}}}",
}
#: Files with a mistake, by their names among the approved ones.
FILES = {
    "worlds": {"a list": "- 1", **{each: BASE + each for each in WORLDS}},
    "profiles": PROFILES,
}


@pytest.mark.parametrize(
    ("kind", "load", "error"),
    [("worlds", World.load, WorldError), ("profiles", answers, ProfileError)],
)
def test_a_mistake_is_one_line_that_begins_with_the_file_and_the_field(
    tmp_path: Path,
    kind: str,
    load: Callable[[Path], object],
    error: type[Exception],
    approve: Approve,
) -> None:
    path, lines = tmp_path / "file.yaml", []
    for name, text in {**FILES[kind], "a deep nesting": "[" * 50_000}.items():
        path.write_text(text, encoding="utf-8")
        with pytest.raises(error) as caught:
            load(path)
        (line,) = str(caught.value).splitlines()
        assert line.startswith(f"{path}: ")
        lines.append(line.replace(f"{path}", name, 1) + "\n")
    approve(f"simulator-{kind}.txt", "".join(lines))
