"""World files and profiles: what they contain, and one line for a mistake."""

import json
from pathlib import Path

import pytest

from metapixel_simulator import Simulator, World, WorldError
from metapixel_simulator.profile import ProfileError, answers
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


#: Mistakes after `BASE`, and the beginning of the line that names each.
WORLDS = [
    ("pixels: [{id: 9, name: Web, owner: 7}]", "pixels[0].owner: there is no business 7"),
    ("shares: [{pixel: 3, agency: 2}]", "shares[0].permitted_tasks: is required"),
    (
        "shares: [{pixel: 3, agency: 2, permitted_tasks: [WATCH]}]",
        "shares[0].permitted_tasks[0]: 'WATCH' is none of ANALYZE, UPLOAD, ADVERTISE, EDIT",
    ),
    ("businesses: [{id: x, name: A}]", "businesses[0].id: must be an id in digits, not 'x'"),
    (
        "businesses: [{id: 1, name: A, nane: B}]",
        "businesses[0].nane: no such field; did you mean name?",
    ),
    ("busineses: []", "busineses: no such field; did you mean businesses?"),
    ("switches: {repeat_share: merge}", "switches: repeat_share must be overwrite or union or"),
    ("switches: {stale_reads: -1}", "switches: stale_reads must be a whole number, 0 or more"),
    ("switches: {stale_reads: true}", "switches: stale_reads must be a whole number, 0 or more"),
    ("switches: {request_expiry: soon}", "switches: request_expiry must be a whole number, 0"),
    ("switches: {latency: soon}", "switches: latency must be a number, 0 or more, not 'soon'"),
    (
        "switches: {unshare_drops_permissions: 1}",
        "switches: unshare_drops_permissions must be true or false, not 1",
    ),
    ("switches: {newest_version: '27'}", "switches: newest_version must be vN.N, not '27'"),
    (
        "switches: {implied_tasks: x}",
        "switches: implied_tasks must be none, or pairs of tasks such",
    ),
    ("switches: {repeat_shares: x}", "switches: repeat_shares is not a switch; the switches are"),
    ("clock: tomorrow", "clock: 'tomorrow' is not a time such as"),
    ("clock: 2030", "clock: 2030 is not a time such as"),
    ("users: [{id: 1, name: A, roles: {7: ADMIN}}]", "users[0].roles.7: there is no business"),
    ("users: [{id: 1, name: A, roles: {x: ADMIN}}]", "users[0].roles.x: must be an id"),
    (
        "users: [{id: 9, name: A, roles: {1: BOSS}}]",
        "users[0].roles.1: 'BOSS' is none of ADMIN, EMPLOYEE",
    ),
    ("tokens: [{token: t, user: 1, app: 2}]", "tokens[0].user: there is no user 1"),
    (
        "requests: [{id: 8, owner: 1, agency: 2, status: LATE}]",
        "requests[0].status: 'LATE' is none of",
    ),
    (
        "requests: [{id: 8, owner: 1, agency: 2, pixels: {7: [UPLOAD]}}]",
        "requests[0].pixels.7: there is no pixel 7",
    ),
    (
        "permissions: [{pixel: 3, business: 2, ad_account: 5}]",
        "permissions[0].ad_account: there is no ad account 5",
    ),
    (
        "ad_accounts: [{id: 5, name: A, owner: 1, client_of: [2, 7]}]",
        "ad_accounts[0].client_of[1]: there is no business 7",
    ),
    ("apps: [{id: 1, allow_edit: 1}]", "apps[0].allow_edit: must be a valid boolean, not 1"),
    ("apps: [{id: 1, name: [A]}]", "apps[0].name: must be a valid string, not ['A']"),
    ("apps: [null]", "apps[0]: must be a mapping, not nothing"),
    ("1: 2", "1: no such field; known are clock"),
    ("a: [", "not YAML: while parsing a flow node expected the node content"),
    ("pixels: 3", "pixels: must be a valid list, not 3"),
]
PROFILES = [
    ("[", "not YAML: "),
    ("", "must be a mapping, not nothing"),
    (f"{HEAD}switches: {{}}\nname: Acme", "name: no such field; known are version"),
    (HEAD, "switches: is required"),
    (HEAD.replace("1", "2", 1) + "switches: {}", "version: must be 1, not 2"),
    (
        f"{HEAD}switches: {{repeat_share: {{verdict: sure}}}}",
        "switches.repeat_share.verdict: must be 'same', 'other', 'inconclusive' or 'not run'",
    ),
]


@pytest.mark.parametrize(
    ("profile", "text", "told"),
    [
        (False, "- 1", "must be a mapping"),
        *((False, BASE + text, told) for text, told in WORLDS),
        *((True, text, told) for text, told in PROFILES),
        (False, "[" * 50_000, "it is nested too deeply"),
        (True, "[" * 50_000, "it is nested too deeply"),
    ],
)
def test_a_mistake_is_one_line_that_begins_with_the_file_and_the_field(
    tmp_path: Path, profile: bool, text: str, told: str
) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ProfileError if profile else WorldError) as caught:
        answers(path) if profile else World.load(path)

    assert str(caught.value).startswith(f"{path}: {told}")
    assert "\n" not in str(caught.value)
