"""No output contains a token, an app secret or a proof, and an anonymous output no id or name."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metapixel_simulator import App, Simulator
from metapixel_simulator.things import TOKEN_STATES
from tests.cli.doctor.diagnosis import invoke
from tests.support.byte_server import ByteServer, answer
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL

LETTERS = string.ascii_letters + string.digits + "|-_%"
SECRETS = st.text(LETTERS, min_size=24, max_size=60)
#: The length of a part of a secret that no output contains.
PART = 12


def parts(secret: str) -> set[str]:
    return {secret[start : start + PART] for start in range(len(secret) - PART + 1)}


def leaks(output: str, secret: str) -> list[str]:
    return [part for part in parts(secret) if part in output]


QUICK = settings(max_examples=25)


@QUICK
@given(
    token=SECRETS,
    secret=SECRETS,
    app_secret=st.sampled_from(["right", "wrong", "absent"]),
    state=st.sampled_from(TOKEN_STATES),
    is_known=st.booleans(),
    options=st.lists(st.sampled_from(["--json", "--anonymize"]), unique=True),
)
def test_no_output_contains_a_part_of_a_secret(
    sim: Simulator,
    token: str,
    secret: str,
    app_secret: str,
    state: str,
    is_known: bool,
    options: list[str],
) -> None:
    sim.reset()
    sim.world.add(App("777", f"App {token}", secret))
    owner = sim.world.tokens["owner-token"]
    if is_known:
        sim.world.add(type(owner)(token, owner.user, "777", owner.scopes, state=state))
    # Names from Meta can contain a token, for example if somebody pasted it into a field.
    sim.world.businesses[OWNER].name = f"Acme {token} {secret[:20]}"
    sim.world.users[owner.user].name = token[4:]
    given_secret = {"right": secret, "wrong": f"{secret}x", "absent": None}[app_secret]

    result = invoke(
        sim.url, *options, "--pixel", PIXEL, META_ACCESS_TOKEN=token, META_APP_SECRET=given_secret
    )

    assert result.exit_code in (0, 1, 4), result.output
    for each in filter(None, (token, given_secret)):
        assert leaks(result.output, each) == []


@QUICK
@given(token=SECRETS, head=st.text(max_size=30), tail=st.text(max_size=30))
def test_an_answer_that_quotes_the_token_does_not_leak_it(token: str, head: str, tail: str) -> None:
    quoted = f"{head}{token}{tail} {token[:15]}"
    body = {"error": {"message": quoted, "code": 190, "fbtrace_id": token}}

    content = json.dumps(body).encode()

    with ByteServer(lambda request: [answer(content, status=400)]) as server:
        for options in ((), ("--json",)):
            output = invoke(server.url, *options, META_ACCESS_TOKEN=token).output
            assert leaks(output, token) == []


def test_a_token_in_the_place_of_a_path_is_not_printed(sim: Simulator) -> None:
    result = invoke(sim.url, META_ACCESS_TOKEN_FILE="EAABtokenInTheWrongPlace")

    assert result.exit_code == 1
    assert "EAABtoken" not in result.output


def test_an_anonymous_output_names_the_setting_with_a_mistake(sim: Simulator) -> None:
    result = invoke(sim.url, "--anonymize", META_API_VERSION="v-of-a-customer")

    assert "A setting is wrong: apiVersion" in result.output
    assert "customer" not in result.output


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_an_anonymous_output_contains_no_id_and_no_name(
    sim: Simulator, form: tuple[str, ...], tmp_path: Path
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.fault("GET client_pixels", kind="graph_error", code=270, message=f"Not {OWNER}", times=-1)
    missing = tmp_path / "folder-of-a-customer" / "token"

    result = invoke(
        sim.url,
        *form,
        "--anonymize",
        *("--pixel", PIXEL, "--pixel", "999000999000", "--business", HARBOUR),
        META_ACCESS_TOKEN="owner-token",
        META_ACCESS_TOKEN_NORTHLIGHT="northlight-token",
        META_ACCESS_TOKEN_MYSHOP="employee-token",
        META_ACCESS_TOKEN_EXPIRED_ONE="expired-token",
        META_ACCESS_TOKEN_LOST_FILE=str(missing),
    )

    assert result.exit_code == 1
    assert "business 1" in result.output
    assert "set 1" in result.output
    world = sim.world
    groups = (world.businesses, world.users, world.pixels, world.apps, world.ad_accounts)
    for word in [
        *(key for group in groups for key in group),
        *(each.name for group in groups for each in group.values()),
        *("999000999000", "Not for", "Northlight", "NORTHLIGHT", "northlight", "myshop", "MYSHOP"),
        *("expired_one", "EXPIRED_ONE", "customer", sim.url, "lost", "LOST"),
    ]:
        assert word not in result.output
    assert not re.search(r"[0-9]{9}", result.output)
