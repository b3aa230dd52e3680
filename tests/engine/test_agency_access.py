"""The components: moves, renames, plans that were saved before an end, and last days of shares."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.engine.conftest import WITH_BOTH_ADAPTERS
from tests.support import tracebacks
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
    permission,
    pixel_access,
    program,
    resource,
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


def acme(name: str, opts: str = "", credentials: str = "harbour") -> str:
    """The side of an agency that has to accept what the owner shares."""
    businesses = {"owner_business_id": OWNER, "agency_business_id": HARBOUR}
    given = {"ad_accounts": [HARBOUR_ACCOUNT], "accept": True, "credentials": credentials}
    return resource("ClientAccess", name, {**businesses, "pixels": {"app": PIXEL_2}, **given}, opts)


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
    moved = {"northlight-shop": "spring", "northlight-app": made.urn("app"), ACCOUNT: "account"}
    made.write(
        program(
            northlight(pixels={"shop": shop, "app": PIXEL_2}, ad_accounts=[], moved_from=moved),
            agency_access(
                "harbour", HARBOUR, {"app": PIXEL_2}, moved_from={"harbour-app": "waits"}
            ),
            acme("acme"),
        )
    )
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
    made.up()
    assert set(made.resources()) == {"harbour-app", *renamed}
    assert made.resources()["harbour-app"]["status"] == "PENDING"
    used = state_of(made, f"outdoor-app-{HARBOUR_ACCOUNT}")
    assert used["dependencies"] == [made.urn("outdoor")]
    assert sim.requests == []


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
    former = ", ".join(f"pulumi.Alias(name='{name}')" for name in ("nl", "northlight"))
    made.write(named("north", f"aliases=[{former}]"))
    made.up()

    assert set(made.resources()) == {"north-shop", f"north-shop-{NORTHLIGHT_ACCOUNT}"}
    assert sim.requests == []


def test_the_answers_to_a_client_keep_their_former_name_after_a_rename_that_failed(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    waits = share("waits", PIXEL_2, HARBOUR)
    former = ", ".join(f"pulumi.Alias(name='{name}')" for name in ("never", "acme"))
    aliases = f"aliases=[{former}]"
    made = stack(program(waits, acme("acme", "depends_on=[waits]")))
    made.up()
    sim.clear_requests()
    made.write(program(waits, acme("outdoor", aliases, credentials="unknown")))
    assert "no credential set has this name" in made.up(ok=False).output

    # The failed update has already put the component `outdoor` into the state.
    made.write(program(waits, acme("outdoor", aliases)))
    made.up()

    assert set(made.resources()) == {"waits", "outdoor", f"outdoor-app-{HARBOUR_ACCOUNT}"}
    assert sim.requests == []


#: A transform that adds a last day to every share.
DATED = """
def dated(args):
    if not args.type_.endswith(":PixelAgencyShare"):
        return None
    return pulumi.ResourceTransformResult({**args.props, "NAME": "2026-12-31"}, args.opts)

pulumi.runtime.register_resource_transform(dated)
"""


@WITH_BOTH_ADAPTERS
def test_a_share_outside_of_a_component_cannot_have_a_last_day(
    native: bool, stack: Callable[..., Stack], sim: Simulator
) -> None:
    alone = share("alone", PIXEL_3, NORTHLIGHT)
    made = stack(
        program(share("alone", PIXEL_3, NORTHLIGHT, expires_on="2026-12-31")), native=native
    )
    of_program = made.preview(ok=False)
    transform = DATED.replace("NAME", "expiresOn" if native else "expires_on")
    made.write(program(transform, northlight(), alone))
    of_transform = made.preview(ok=False)

    assert "PixelAgencyShare 'alone': a share outside of AgencyAccess has no" in of_program.output
    (failure,) = set(of_transform.lines_with("has a problem"))
    assert "a share outside of AgencyAccess has no last day; declare the share in" in failure
    assert "alone" in failure
    assert not tracebacks.is_shown(of_program.output + of_transform.output)

    made.write(program(northlight(), alone))
    made.up()
    assert len(sim.shares()) == 2


def test_the_component_of_the_pages_has_the_reason_of_their_transform(
    stack: Callable[..., Stack],
) -> None:
    pages = [(ROOT / f"docs/{name}.md").read_text() for name in ("resources", "ends")]
    programs = re.findall(r"```python\n(.*?)```", "".join(pages), re.DOTALL)
    transform, component = (each for each in programs if "transform" in each or "Access(" in each)
    made = stack(transform + component, config=TODAY)

    made.up()

    reasons = {name: values["reason"] for name, values in made.resources().items()}
    assert reasons == dict.fromkeys(["northlight-shop", "northlight-app"], "Contract 4711")
