"""Tokens of a provider resource stay secret, even if the program does not say that they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator, Token
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.stack import Stack
from tests.support.yaml_programs import program, provider, share, using

pytestmark = [pytest.mark.engine, pytest.mark.rest]

TOKEN, APP_SECRET = "EAAowner0canary1token2a3b4c5d6e7f", "0canary0app0secret0cafe0babe0feed"
REASON = "contract 4711"
#: Events of a preview, and plans.
WITH_EVENTS = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1", "PULUMI_EXPERIMENTAL": "1"}


def test_a_token_shows_in_no_state_event_plan_or_output(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    owner = sim.world.tokens["owner-token"]
    sim.world.apps[owner.app].secret = APP_SECRET
    sim.world.add(Token(TOKEN, owner.user, owner.app, owner.scopes))
    sim.set(require_appsecret_proof=True)
    owners = provider("owner", "", sim.url)
    owners["owner"]["properties"] = {
        "accessToken": TOKEN,
        "appSecret": APP_SECRET,
        "graphUrl": sim.url,
    }
    secret = {"fn::secret": REASON}
    declared = share("web", PIXEL, NORTHLIGHT, options=using("owner"), reason=secret)
    made = stack(program(owners, declared), in_yaml=True, environment=WITH_EVENTS)

    outputs = [
        made.pulumi("preview", "--json", "--save-plan=plan.json").output,
        made.pulumi("up", "--yes", "--skip-preview", "--json").output,
        made.refresh("--diff").output,
    ]
    state = made.export()

    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
    files = [made.project / "plan.json", *made.home.glob("backend/**/*")]
    outputs += [each.read_text(errors="replace") for each in files if each.is_file()]
    for text in (state, *outputs):
        assert TOKEN not in text
        assert APP_SECRET not in text
    assert REASON not in state
    assert REASON not in (made.project / "plan.json").read_text()


def test_the_plugin_starts_while_the_engine_logs_everything(stack: Callable[..., Stack]) -> None:
    made = stack(program(share("web", PIXEL, NORTHLIGHT)), in_yaml=True)

    made.pulumi("-v=9", "--logtostderr", "--logflow", "preview")


def test_credential_sets_are_a_warning_that_names_explicit_providers(
    stack: Callable[..., Stack],
) -> None:
    made = stack(program(share("web", PIXEL, NORTHLIGHT)), in_yaml=True)
    made.configure("metapixel:credentials", {"agency": {}})

    (warning,) = made.preview().lines_with("metapixel:credentials is configured, but")

    assert "declare a provider for each token (`pulumi:providers:metapixel`" in warning
