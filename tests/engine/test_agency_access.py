"""The components: moves, renames, the end of access by date, and the options of their children."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import (
    HARBOUR,
    HARBOUR_ACCOUNT,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    OWNER,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)
from tests.support.programs import (
    agency_access,
    client_access,
    permission,
    pixel_access,
    program,
    share,
)
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.engine

TODAY = {"metapixel:today": "2026-11-26"}
ACCOUNT = f"northlight-shop-{NORTHLIGHT_ACCOUNT}"


def northlight(**changes: object) -> str:
    """Access of an agency that works with the owner, with an ad account."""
    given = {
        "ad_accounts": [NORTHLIGHT_ACCOUNT],
        "agency_credentials": "northlight",
        "reason": "campaign",
        **changes,
    }
    pixels = given.pop("pixels", {"shop": PIXEL})
    return agency_access("northlight", NORTHLIGHT, pixels, **given)  # type: ignore[arg-type]


def acme(name: str, opts: str = "") -> str:
    """The side of an agency that has to accept what the owner shares."""
    given = {"ad_accounts": [HARBOUR_ACCOUNT], "accept": True, "credentials": "harbour"}
    return client_access(name, OWNER, HARBOUR, {"app": PIXEL_2}, opts, **given)


def operations(stack: Stack) -> dict[str, str]:
    """Return the planned operation on each of our resources and components, by name."""
    events = stack.pulumi("preview", "--json", PULUMI_ENABLE_STREAMING_JSON_PREVIEW="1").output
    steps = [
        event["resourcePreEvent"]["metadata"]
        for event in map(json.loads, filter(lambda line: line.startswith("{"), events.splitlines()))
        if "resourcePreEvent" in event
    ]
    return {
        step["urn"].rpartition("::")[2]: step["op"]
        for step in steps
        if "metapixel:" in step["type"]
    }


def state_of(stack: Stack, name: str) -> dict[str, object]:
    """Return the record of a resource in the state."""
    resources: list[dict[str, object]] = json.loads(stack.export())["deployment"]["resources"]
    (found,) = (each for each in resources if str(each["urn"]).endswith(f"::{name}"))
    return found


def test_shares_move_into_components_and_are_renamed_there_without_a_call_to_meta(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(
        program(
            share("spring", PIXEL, NORTHLIGHT, reason="campaign"),
            share("app", PIXEL_2, NORTHLIGHT, reason="campaign"),
            share("waits", PIXEL_2, HARBOUR),
            permission(
                "account",
                PIXEL,
                NORTHLIGHT,
                NORTHLIGHT_ACCOUNT,
                credentials="northlight",
                opts="depends_on=[spring]",
            ),
            acme("acme", "depends_on=[waits]"),
        )
    )
    made.up()
    sim.clear_requests()

    shop = pixel_access(PIXEL, ad_accounts=[NORTHLIGHT_ACCOUNT])
    moved = {"northlight-shop": "spring", "northlight-app": "app", ACCOUNT: "account"}
    made.write(
        program(
            northlight(pixels={"shop": shop, "app": PIXEL_2}, ad_accounts=[], moved_from=moved),
            agency_access(
                "harbour", HARBOUR, {"app": PIXEL_2}, moved_from={"harbour-app": "waits"}
            ),
            acme("acme"),
        )
    )
    client = {"acme", f"acme-app-{HARBOUR_ACCOUNT}"}
    assert operations(made) == {
        "northlight": "create",
        "harbour": "create",
        **dict.fromkeys([*moved, "harbour-app", *client], "same"),
    }
    made.up()
    assert state_of(made, ACCOUNT)["dependencies"] == [made.urn("northlight-shop")]

    # The order changes, and so do the names of an agency and of a pixel.
    shop = pixel_access(PIXEL, ad_accounts=[NORTHLIGHT_ACCOUNT], previously=["shop"])
    made.write(
        program(
            agency_access("harbour", HARBOUR, {"app": PIXEL_2}),
            agency_access(
                "north-light",
                NORTHLIGHT,
                {"app": PIXEL_2, "web": shop},
                agency_credentials="northlight",
                reason="campaign",
                opts="aliases=[pulumi.Alias(name='northlight')]",
            ),
            acme("outdoor", "aliases=[pulumi.Alias(name='acme')]"),
        )
    )
    renamed = {"north-light-app", "north-light-web", f"north-light-web-{NORTHLIGHT_ACCOUNT}"}
    renamed |= {"outdoor", f"outdoor-app-{HARBOUR_ACCOUNT}"}
    assert operations(made) == dict.fromkeys(
        {"harbour", "harbour-app", "north-light", *renamed}, "same"
    )
    made.up()
    assert set(made.resources()) == {"harbour-app", *renamed}
    assert made.resources()["harbour-app"]["status"] == "PENDING"
    assert sim.requests == []
    made.expect_no_changes()


def test_a_former_name_that_is_given_after_a_refused_rename_still_counts(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    def named(agency: str, opts: str = "") -> str:
        pixels = {"shop": pixel_access(PIXEL, ad_accounts=[NORTHLIGHT_ACCOUNT])}
        sets = {"agency_credentials": "northlight", "on_existing": "fail"}
        return program(agency_access(agency, NORTHLIGHT, pixels, opts=opts, **sets))  # type: ignore[arg-type]

    made = stack(named("northlight"))
    made.up()
    made.write(named("north"))
    assert "give its former name" in made.up(ok=False).output
    sim.clear_requests()

    # The refused update has already put the component `north` into the state.
    made.write(named("north", "aliases=[pulumi.Alias(name='northlight')]"))
    made.up()

    assert set(made.resources()) == {"north-shop", f"north-shop-{NORTHLIGHT_ACCOUNT}"}
    assert sim.requests == []


def test_access_ends_after_its_last_day_and_the_preview_states_why(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    dated = program(
        northlight(
            pixels={
                "shop": pixel_access(PIXEL, expires_on="2026-11-30"),
                "app": PIXEL_2,
            },
            expires_on="2026-12-31",
        ),
        agency_access("harbour", HARBOUR, {"shop": PIXEL}, expires_on="2026-12-31"),
        share("plain", PIXEL_3, NORTHLIGHT, expires_on="2026-11-30"),
    )
    made = stack(dated, config=TODAY)
    warned = made.up()
    assert "access of northlight to shop is 2026-11-30 (in 4 days)" in warned.output
    assert "2026-12-31" not in warned.output
    assert "metapixel:today is configured, so 2026-11-26 counts" in warned.output
    assert len(sim.open_requests()) == 1

    made.pulumi("config", "set", "metapixel:today", "2026-11-30")
    assert set(operations(made).values()) == {"same"}

    made.pulumi("config", "set", "metapixel:today", "2026-12-01")
    preview = made.preview()
    ended = "access of northlight to shop ended on 2026-11-30 and is no longer declared"
    assert ended in preview.output
    assert "access of harbour to shop is 2026-12-31 (in 30 days)" in preview.output
    assert "2 to delete" in preview.output
    made.up()
    assert {*sim.shares()} == {(PIXEL_2, NORTHLIGHT), (PIXEL_3, NORTHLIGHT)}
    assert sim.permissions() == {(PIXEL_2, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}

    made.pulumi("config", "set", "metapixel:today", "2027-01-01")
    made.up()
    assert {*sim.shares()} == {(PIXEL_3, NORTHLIGHT)}
    assert sim.permissions() == set()
    assert sim.open_requests() == []
    assert set(made.resources()) == {"plain"}
    assert operations(made) == dict.fromkeys(["northlight", "harbour", "plain"], "same")

    made.write(program(share("plain", PIXEL_3, NORTHLIGHT, expires_on="2026-11-30")))
    made.up()
    made.expect_no_changes()


def test_a_share_outside_of_a_component_is_not_granted_after_its_last_day(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    """The provider uses the date that the stack configures, as the program does."""
    dated = program(share("plain", PIXEL, NORTHLIGHT, expires_on="2026-11-30"))
    made = stack(dated, config=TODAY)
    assert "of share 'plain' is 2026-11-30 (in 4 days), but nothing ends it" in made.up().output

    made.pulumi("config", "set", "metapixel:today", "2026-12-01")
    made.expect_no_changes()
    assert "of share 'plain' was 2026-11-30, but nothing ends it" in made.preview().output
    sim.unshare(PIXEL, NORTHLIGHT)
    made.up("--refresh")
    made.expect_no_changes()

    assert sim.shares() == {}
    assert made.resources()["plain"]["status"] == "EXPIRED"

    made.write(program(share("renamed", PIXEL, NORTHLIGHT, expires_on="2026-11-30")))
    assert "so nothing was granted; remove the share from the program" in made.up().output
    assert sim.shares() == {}
    made.write(program())
    made.up()
    assert made.resources() == {}


def test_the_options_of_the_component_apply_to_its_children(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    other = share("other", PIXEL_3, NORTHLIGHT)
    transform = (
        "def shorter(args):\n"
        "    props = dict(args.props)\n"
        "    if 'reason' in props:\n"
        "        props['reason'] = 'transformed'\n"
        "    return pulumi.ResourceTransformResult(props, args.opts)\n"
    )
    opts = "depends_on=[other], protect=True, retain_on_delete=True, transforms=[shorter]"
    made = stack(program(other, transform, northlight(opts=opts)))
    made.up()

    children = [state_of(made, name) for name in ("northlight-shop", ACCOUNT)]
    assert all(child["protect"] and child["retainOnDelete"] for child in children)
    assert all(made.urn("other") in child["dependencies"] for child in children)  # type: ignore[operator]
    assert made.resources()["northlight-shop"]["reason"] == "transformed"

    made.write(program(other))
    assert "protected" in made.preview(ok=False).output

    made.write(program(other, northlight(opts="retain_on_delete=True")))
    made.up()
    made.write(program(other))
    made.up()
    assert (PIXEL, NORTHLIGHT) in sim.shares()
    assert set(made.resources()) == {"other"}


def test_a_date_without_quotes_in_the_stacks_file_counts(stack: Callable[..., Stack]) -> None:
    made = stack(program(northlight(expires_on="2026-11-30")))
    file = made.project / "Pulumi.test.yaml"
    file.write_text(f"{file.read_text()}  metapixel:today: 2026-12-01\n")

    assert "ended on 2026-11-30 and is no longer declared" in made.preview().output


def test_the_component_of_the_page_has_the_reason_of_its_transform(
    stack: Callable[..., Stack],
) -> None:
    page = (ROOT / "docs/your-program.md").read_text()
    programs = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    transform, component = (each for each in programs if "transform" in each or "Access(" in each)
    made = stack(transform + component, config=TODAY)

    made.up()

    reasons = {name: values["reason"] for name, values in made.resources().items()}
    assert reasons == dict.fromkeys(["northlight-shop", "northlight-app"], "Contract 4711")
