"""No output contains a token, an app secret or a proof."""

from __future__ import annotations

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from metapixel_simulator import App, Simulator
from metapixel_simulator.things import TOKEN_STATES
from tests.cli.doctor.diagnosis import invoke
from tests.support.example import OWNER, PIXEL

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
    options=st.sampled_from([[], ["--json"]]),
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
