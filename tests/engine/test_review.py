"""`metapixel review` on previews of the real engine."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from metapixel_cli.commands import metapixel
from metapixel_simulator import Simulator
from tests.engine.conftest import WITH_BOTH_ADAPTERS
from tests.support.example import (
    HARBOUR,
    HARBOUR_ACCOUNT,
    NORTHLIGHT,
    OWNER,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)
from tests.support.programs import Code, client_access, program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine


def shared(name: str, *tasks: str, pixel: str = PIXEL, opts: str = "", **inputs: object) -> str:
    """A share with the agency that has a relationship with the owner."""
    return share(name, pixel, NORTHLIGHT, *tasks, opts=opts, **inputs)


def previewed(stack: Stack, *arguments: str) -> str:
    """The events of a preview."""
    stack.environment["PULUMI_ENABLE_STREAMING_JSON_PREVIEW"] = "1"
    return stack.answer("preview", "--json", *arguments)


def review(data: str, *arguments: str) -> tuple[str, int]:
    result = CliRunner().invoke(metapixel, ["review", *arguments], input=data)
    return result.stdout, result.exit_code


def headline(data: str) -> str:
    return review(data)[0].splitlines()[1].removeprefix("### ")


def changes(data: str) -> list[dict[str, object]]:
    found = json.loads(review(data, "--format", "json")[0])["changes"]
    assert isinstance(found, list)
    return found


@WITH_BOTH_ADAPTERS
def test_a_move_to_another_pixel_a_removal_and_the_end_of_management_are_told_apart(
    native: bool, stack: Callable[..., Stack]
) -> None:
    kept = shared("kept", pixel=PIXEL_3, opts="retain_on_delete=True")
    estate = stack(program(shared("analytics"), kept), native=native)
    estate.up()
    estate.write(program(shared("analytics", pixel=PIXEL_2)))

    data = previewed(estate)

    assert {(each["pixel_id"], each["effect"]) for each in changes(data)} == {
        (PIXEL_2, "widened"),
        (PIXEL, "removed"),
        (PIXEL_3, "no-longer-managed"),
    }
    for finding in ("widening", "narrowing"):
        assert review(data, "--fail-on", finding)[1] == 3


def test_shares_that_move_in_the_program_change_no_access(stack: Callable[..., Stack]) -> None:
    team = (
        "class Team(pulumi.ComponentResource):\n"
        "    def __init__(self, name):\n"
        '        super().__init__("shop:index:Team", name)\n'
        'north = Team("north")\n'
    )

    estate = stack(program(shared("web"), shared("app", pixel=PIXEL_2)))
    estate.up()

    into = "parent=north, aliases=[pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)]"
    renamed = shared("mobile", pixel=PIXEL_2, opts='aliases=[pulumi.Alias(name="app")]')
    estate.write(program(team, shared("web", opts=into), renamed))
    data = previewed(estate, "--refresh")

    text, code = review(data, "--fail-on", "unknown", "--fail-on", "narrowing")
    assert (headline(data), code) == ("✅ Access unchanged", 0)
    assert "#### Moved, no change of access" in text
    assert "- web → web in north (shop:&#8203;index:Team): **Northlight Media**" in text
    assert "- app → mobile: **Northlight Media**" in text
    assert "(not Meta): the preview read every resource of the state" in text


@pytest.mark.rest
def test_a_change_of_the_state_alone_is_an_update(stack: Callable[..., Stack]) -> None:
    def declared(name: str = "web", options: str = "", output: object = "Pulumi") -> str:
        secret = 'pulumi.export("token", pulumi.Output.secret("x"))'
        return program(shared(name, opts=options), secret, f'pulumi.export("by", {output!r})')

    def is_update(text: str, *arguments: str) -> bool:
        estate.write(text)
        data = previewed(estate, *arguments)
        assert headline(data).startswith("✅ Access unchanged")
        return review(data, "--fail-on", "update")[1] == 3

    estate = stack(declared())
    estate.up()

    assert not is_update(declared(), "--refresh")
    assert is_update(declared("shop", 'aliases=[pulumi.Alias(name="web")]'))
    assert is_update(declared(options="retain_on_delete=True"))
    assert is_update(declared(options="protect=True"))
    assert is_update(declared(output={"team": ["north"]}))
    estate.pulumi("state", "protect", "--all", "--yes")  # as after an import
    assert is_update(declared())


def test_what_only_the_update_will_tell_is_said_to_be_unknown(stack: Callable[..., Stack]) -> None:
    untold = share("untold", PIXEL_2, Code("campaigns.agency_name"))
    estate = stack(program(share("campaigns", PIXEL, HARBOUR), untold))

    data = previewed(estate)

    assert headline(data).startswith("❔ Access changes, and part of the change is unknown")
    assert "| ❔&nbsp;**unknown**<br>untold | **unknown** |" in review(data)[0]


def test_an_agency_is_told_what_it_takes_on_and_that_the_owner_ended_it(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    client = client_access(
        "acme",
        OWNER,
        HARBOUR,
        {"shop": PIXEL},
        ad_accounts=[HARBOUR_ACCOUNT],
        accept=True,
        expires_on="2099-12-31",
        reason="Contract 4711",
        credentials="harbour",
    )
    estate = stack(program(client))
    estate.up()
    sim.ask(PIXEL, HARBOUR, ["ADVERTISE"])

    data = previewed(estate, "--refresh")
    assert headline(data) == (
        f"🔺 More access: agency {HARBOUR} (may be completed: 1, requests approved: 1)"
    )

    estate.up("--refresh")
    assert sim.permissions() == {(PIXEL, HARBOUR, HARBOUR_ACCOUNT)}
    sim.unshare(PIXEL, HARBOUR)

    data = previewed(estate, "--refresh")
    assert headline(data).endswith(f" (not Meta) by hand: agency {HARBOUR} (access removed: 1)")
    assert "; the owner took the pixel away: " in review(data)[0]
    assert review(data, "--fail-on", "drift")[1] == 3
