"""An agency cannot block its own removal: its permissions end with its share without its token."""

from __future__ import annotations

import pytest

from metapixel_provider.dynamic.pixel_agency_share import PixelAgencyShareProvider
from metapixel_provider.errors import GraphError, RefusedError, TokenError
from metapixel_provider.process.operations import Operations
from metapixel_provider.process.runtime import Runtime
from metapixel_provider.sharing.contract import Properties
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.unit.sharing.support import permission, share

ID = f"{PIXEL}/{NORTHLIGHT}"
ACCOUNT_ID = f"{ID}/{NORTHLIGHT_ACCOUNT}"
READ_SHARE = {**share(), "status": "ACTIVE"}


@pytest.fixture
def permitted(runtime: Runtime, sim: Simulator, request: pytest.FixtureRequest) -> Properties:
    """The record of a permission. The parameter is what this run knows of its share."""
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    match getattr(request, "param", "read"):
        case "read":
            runtime.claims.record_read(ResourceType.SHARE, ID, READ_SHARE)
        case "declared":
            runtime.claims.declare(ResourceType.SHARE, ID, share())
            runtime.claims.record_read(ResourceType.SHARE, ID, READ_SHARE)
        case "not found":
            runtime.claims.record_absence(ResourceType.SHARE, ID)
        case "ended":
            with runtime.claims.deleting(ResourceType.SHARE, ID):
                pass
    return {**permission(credentials="agency"), "status": "ACTIVE"}


@pytest.mark.parametrize("permitted", ["read", "not found", "ended"], indirect=True)
@pytest.mark.parametrize("code", [10, 190, 200, 299, 368])
def test_a_permission_is_dropped_with_its_share_if_its_token_may_not_withdraw_it(
    code: int, permissions: Operations, permitted: Properties, sim: Simulator, reported: list[str]
) -> None:
    sim.fault(kind="graph_error", path=".*shared_accounts", code=code, times=-1)

    permissions.delete(ACCOUNT_ID, permitted)

    (warning,) = reported
    assert f"Ad account {NORTHLIGHT_ACCOUNT} may keep pixel {PIXEL}, and may get it back" in warning


@pytest.mark.parametrize("code", [3, 100])
def test_a_permission_that_was_not_withdrawn_for_another_reason_is_kept(
    code: int, permissions: Operations, permitted: Properties, sim: Simulator
) -> None:
    sim.fault(kind="graph_error", path=".*shared_accounts", code=code, times=-1)

    with pytest.raises(GraphError):
        permissions.delete(ACCOUNT_ID, permitted)


@pytest.mark.parametrize("permitted", ["declared", "not read"], indirect=True)
def test_a_permission_is_kept_if_its_share_is_declared_or_was_not_read(
    permissions: Operations, permitted: Properties, sim: Simulator
) -> None:
    sim.fault(kind="graph_error", path=".*shared_accounts", code=190, times=-1)

    with pytest.raises(RefusedError, match="remove the share too and run the command with"):
        permissions.delete(ACCOUNT_ID, permitted)


def test_a_permission_whose_withdrawal_may_have_been_sent_before_the_refusal_is_kept(
    permissions: Operations, permitted: Properties, sim: Simulator
) -> None:
    sim.fault("DELETE shared_accounts", kind="reset")
    sim.fault("DELETE shared_accounts", kind="graph_error", code=190, times=-1)

    with pytest.raises(TokenError):
        permissions.delete(ACCOUNT_ID, permitted)


def test_a_share_that_did_not_end_names_the_ad_accounts_without_a_record(
    permissions: Operations, shares: Operations, permitted: Properties, sim: Simulator
) -> None:
    sim.fault(kind="graph_error", path=".*(shared_accounts|agencies)", code=368, times=-1)
    permissions.delete(ACCOUNT_ID, permitted)

    with pytest.raises(RefusedError, match=f"ad account {NORTHLIGHT_ACCOUNT} keeps the pixel"):
        shares.delete(ID, READ_SHARE)


@pytest.mark.parametrize(
    ("credentials", "provider"), [(None, ""), ("agency", ""), ("gone", ""), (None, "of-agency")]
)
def test_a_refused_refresh_keeps_a_permission_unless_it_uses_the_default_token(
    credentials: str | None,
    provider: str,
    runtime: Runtime,
    permissions: Operations,
    sim: Simulator,
    reported: list[str],
) -> None:
    runtime.configuration.provider = provider
    recorded = permission(credentials=credentials) | {"status": "ACTIVE"}
    sim.fault("GET shared_accounts", kind="graph_error", code=190, times=-1)

    if not (credentials or provider):
        with pytest.raises(TokenError):
            permissions.read(ACCOUNT_ID, recorded)
        return
    assert permissions.read(ACCOUNT_ID, recorded).outputs == recorded
    assert reported[0].startswith("Meta did not let this run read permissions of business")


def test_the_end_of_a_share_names_the_permissions_that_the_program_declares(
    sim: Simulator, shares: Operations, permissions: Operations, reported: list[str]
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    permissions.check({}, permission(credentials="agency"))
    permissions.check({}, permission(HARBOUR_ACCOUNT, business_id=HARBOUR))

    shares.delete(ID, shares.read(ID, {}).outputs)

    (lost,) = (each for each in reported if "lost pixel" in each)
    assert f"Ad account {NORTHLIGHT_ACCOUNT} lost pixel {PIXEL}" in lost


@pytest.mark.parametrize("recorded", [{}, {"status": "ACTIVE"}], ids=["only read", "managed"])
def test_only_a_share_that_the_program_manages_is_a_record_that_a_run_can_end(
    sim: Simulator, runtime: Runtime, shares: Operations, recorded: Properties
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    provider = PixelAgencyShareProvider()
    provider._operations = shares

    got = provider.read(ID, {**share(), **recorded})
    provider.read(ID, got.outs)

    assert runtime.claims.of(ResourceType.SHARE, ID).was_refreshed is bool(recorded)
