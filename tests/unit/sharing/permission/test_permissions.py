"""The life of an ad account's permission on a pixel."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import GraphError, InvalidParameterError, PermissionMissingError
from metapixel_provider.graph.patience import Patience
from metapixel_provider.graph.reads import SharedReads
from metapixel_provider.process.claims import Claims
from metapixel_provider.sharing.contract import Properties
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.permission.lifecycle import PixelAdAccountPermissionLifecycle
from metapixel_simulator import AdAccount, Simulator
from tests.support.changing import changing
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    OWNER,
    OWNER_ACCOUNT,
    PIXEL,
)
from tests.unit.conftest import IMPATIENT, ClientMaker, MetaMaker
from tests.unit.sharing.support import PERMISSIONS, SHARES, permission, share, texts

KEY = f"{PIXEL}/{NORTHLIGHT}/{NORTHLIGHT_ACCOUNT}"
TRIPLE = (PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
AGENCY = "northlight-token"


@pytest.fixture
def shared(sim: Simulator) -> Simulator:
    """Northlight has the pixel."""
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    return sim


# create


@pytest.mark.parametrize("read", ["either", "account_id", "ad_account"])
def test_creating_permits_the_ad_account_whatever_the_parameter_is_called(
    shared: Simulator, meta: MetaMaker, read: str
) -> None:
    shared.set(ad_account_parameter=read)

    created = PERMISSIONS.create(meta(AGENCY), permission())

    assert (created.id, created.outputs["status"]) == (KEY, "ACTIVE")
    assert shared.permissions() == {TRIPLE}


def test_without_the_pixel_a_permission_waits(sim: Simulator, meta: MetaMaker) -> None:
    created = PERMISSIONS.create(meta(AGENCY), permission())

    assert created.outputs["status"] == "WAITING_FOR_SHARE"
    assert f"waits until business {NORTHLIGHT} has pixel" in texts(created.notices)
    difference = PERMISSIONS.difference(created.outputs, permission())
    assert difference.needs_update
    assert "tries again to permit the ad account" in texts(difference.notices)


@pytest.mark.parametrize(
    ("task", "account", "code", "error", "advice"),
    [
        ("UPLOAD", NORTHLIGHT_ACCOUNT, 0, InvalidParameterError, "add ADVERTISE or ANALYZE to the"),
        ("UPLOAD", NORTHLIGHT_ACCOUNT, 294, PermissionMissingError, "with the scope ads_managem"),
        ("ADVERTISE", "99", 0, GraphError, "refused to permit ad account 99"),
    ],
    ids=["a share without a fitting task", "a token without a scope", "an ad account of another"],
)
def test_a_refusal_for_a_business_with_the_pixel_is_an_error_with_its_own_advice(
    sim: Simulator, meta: MetaMaker, task: str, account: str, code: int, error: type, advice: str
) -> None:
    sim.share(PIXEL, NORTHLIGHT, [task])
    sim.world.add(AdAccount("99", "Elsewhere", owner=HARBOUR))
    if code:
        sim.fault("POST shared_accounts", kind="graph_error", code=code, status=403)

    with pytest.raises(error, match=advice):
        PERMISSIONS.create(meta(AGENCY), permission(account))


def test_a_share_that_comes_right_after_the_refusal_is_no_error(
    sim: Simulator, meta: MetaMaker
) -> None:
    with changing(
        sim, ("GET shared_accounts", "after"), lambda: sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    ):
        created = PERMISSIONS.create(meta(AGENCY), permission())

    assert created.outputs["status"] == "ACTIVE"
    assert sim.permissions() == {TRIPLE}


def test_an_ad_account_of_the_owner_needs_no_share(sim: Simulator, meta: MetaMaker) -> None:
    sim.fault("GET shared_accounts", kind="graph_error", code=100)

    created = PERMISSIONS.create(meta(), permission(OWNER_ACCOUNT, business_id=OWNER))

    assert created.outputs["status"] == "ACTIVE"


def test_right_after_the_share_each_write_costs_no_second_read(
    sim: Simulator, client: ClientMaker
) -> None:
    reads = SharedReads()
    lagging = Patience(first_read_pause=0.001, lag=0.5)
    SHARES.create(Meta(client(patience=lagging), reads), share())
    agency = Meta(client(AGENCY, patience=lagging), reads)

    created = PERMISSIONS.create(agency, permission())
    assert sim.count("GET shared_accounts") == 2  # before the write, and to confirm it

    PERMISSIONS.delete(agency, created.outputs)
    assert sim.count("GET shared_accounts") == 3


@pytest.mark.parametrize("lag", [1, 3])
def test_right_after_the_share_a_list_that_lacks_the_pixel_is_read_again(
    sim: Simulator, client: ClientMaker, lag: int
) -> None:
    reads, patience = SharedReads(), Patience(first_read_pause=0.001, lag=0.0)
    sim.set(stale_reads=lag)
    SHARES.create(Meta(client(patience=patience), reads), share())
    sim.fault("GET shared_accounts", kind="graph_error", code=10, status=403)

    created = PERMISSIONS.create(Meta(client(AGENCY, patience=patience), reads), permission())

    assert created.outputs["status"] == "ACTIVE"


# read


@pytest.mark.parametrize(
    ("recorded", "listed", "absent"),
    [
        ({}, "ACTIVE", "deleted"),
        ({"status": "ACTIVE"}, "ACTIVE", "deleted"),
        ({"status": "UNCONFIRMED"}, "ACTIVE", "deleted"),
        ({"status": "WAITING_FOR_SHARE"}, "ACTIVE", "WAITING_FOR_SHARE"),
    ],
    ids=str,
)
def test_a_refresh_records_the_permission_that_meta_lists(
    shared: Simulator, meta: MetaMaker, recorded: Properties, listed: str, absent: str
) -> None:
    def read() -> object:
        outcome = PERMISSIONS.read(meta(AGENCY), permission() | recorded)
        return "deleted" if outcome.deleted else outcome.outputs["status"]

    assert read() == absent
    shared.permit(*TRIPLE)
    assert read() == listed


@pytest.mark.parametrize("recorded", [{}, {"status": "ACTIVE"}], ids=["import", "refresh"])
def test_a_permission_that_an_outdated_list_lacks_is_read_again(
    shared: Simulator, meta: MetaMaker, recorded: Properties
) -> None:
    shared.permit(*TRIPLE)
    shared.fault("GET shared_accounts", kind="status", status=200, body='{"data": []}')

    assert PERMISSIONS.read(meta(AGENCY), permission() | recorded).outputs["status"] == "ACTIVE"


@pytest.mark.parametrize(
    "reader", ["agency", "agency, empty list", "owner", "owner, accounts refused"]
)
@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("ACTIVE", "ENDED_BY_OWNER"),
        ("ENDED_BY_OWNER", "ENDED_BY_OWNER"),
        ("UNCONFIRMED", "UNCONFIRMED"),
        ("WAITING_FOR_SHARE", "WAITING_FOR_SHARE"),
    ],
)
def test_without_the_share_meta_does_not_tell_whether_a_permission_that_was_sent_ended(
    sim: Simulator, meta: MetaMaker, status: str, found: str, reader: str
) -> None:
    """The agency's lists of pixels, or the owner's list of agencies, lack the share."""
    if reader == "agency, empty list":
        sim.fault("GET shared_accounts", kind="status", status=200, body='{"data": []}', times=-1)
    elif reader == "owner, accounts refused":
        sim.fault("GET shared_accounts", kind="graph_error", code=10, status=403, times=-1)
    token = "owner-token" if reader.startswith("owner") else AGENCY
    read = PERMISSIONS.read(meta(token), permission() | {"status": status})
    assert read.outputs["status"] == found

    updated = PERMISSIONS.update(meta(AGENCY), read.outputs, permission(credentials="agency"))
    assert updated.outputs["status"] == found

    told = texts(PERMISSIONS.delete(meta(AGENCY), updated.outputs))
    assert ("does not report whether ad account" in told) is (found != "WAITING_FOR_SHARE")


def test_access_that_the_owner_ended_is_due_only_if_the_program_declares_the_share() -> None:
    claims, recorded = Claims(), permission() | {"status": "ENDED_BY_OWNER"}
    lifecycle = PixelAdAccountPermissionLifecycle(claims)

    in_a_refresh = lifecycle.difference(recorded, permission())
    assert (in_a_refresh.needs_update, in_a_refresh.notices) == (False, ())

    claims.declare("PixelAdAccountPermission", KEY, permission())
    alone = lifecycle.difference(recorded, permission())
    assert not alone.needs_update
    assert "because its owner ended the access" in texts(alone.notices)

    claims.declare("PixelAgencyShare", f"{PIXEL}/{NORTHLIGHT}", {})
    shared = lifecycle.difference(recorded, permission())
    assert shared.needs_update
    assert "`pulumi up` tries again to permit the ad account" in texts(shared.notices)


def test_access_that_the_owner_gave_back_waits_for_the_next_update(
    shared: Simulator, meta: MetaMaker
) -> None:
    recorded = permission() | {"status": "ENDED_BY_OWNER"}

    read = PERMISSIONS.read(meta(AGENCY), recorded)
    updated = PERMISSIONS.update(meta(AGENCY), read.outputs, permission())

    assert read.outputs["status"] == "WAITING_FOR_SHARE"
    assert updated.outputs["status"] == "ACTIVE"
    assert shared.permissions() == {TRIPLE}


def test_an_outage_of_the_list_of_pixels_never_looks_like_an_end_by_the_owner(
    sim: Simulator, meta: MetaMaker
) -> None:
    sim.fault("GET client_pixels", kind="status", times=-1)

    with pytest.raises(GraphError):
        PERMISSIONS.read(meta(AGENCY, IMPATIENT), permission() | {"status": "ACTIVE"})


# delete


@pytest.mark.parametrize("absent", ["error", "success"])
@pytest.mark.parametrize("status", ["ACTIVE", "UNCONFIRMED", "WAITING_FOR_SHARE"])
@pytest.mark.parametrize("stands", [True, False])
def test_deleting_leaves_nothing_behind(
    shared: Simulator, meta: MetaMaker, absent: str, status: str, stands: bool
) -> None:
    shared.set(delete_absent=absent)
    if stands:
        shared.permit(*TRIPLE)

    PERMISSIONS.delete(meta(AGENCY), permission() | {"status": status})

    assert shared.permissions() == set()


# the owner's token, which cannot read the lists of the agency

ACCOUNTS = pytest.mark.parametrize("accounts", ["readable", "refused"])


def _owner(sim: Simulator, meta: MetaMaker, accounts: str) -> Meta:
    """Meta for the owner, who may or may not read the ad accounts of an agency on the pixel."""
    if accounts == "refused":
        sim.fault("GET shared_accounts", kind="graph_error", code=10, status=403, times=-1)
    return meta()


@ACCOUNTS
@pytest.mark.parametrize("recorded", ["ACTIVE", "ENDED_BY_OWNER", "UNCONFIRMED"])
def test_a_permission_that_disappeared_stays_in_the_state_of_an_owner_who_cannot_send_it(
    shared: Simulator, meta: MetaMaker, accounts: str, recorded: str
) -> None:
    owner = _owner(shared, meta, accounts)

    read = PERMISSIONS.read(owner, permission() | {"status": recorded})

    kept, told = {
        "readable": ("WAITING_FOR_SHARE", f"only an admin of business {NORTHLIGHT} can permit it"),
        "refused": (recorded, f"such as ad account {NORTHLIGHT_ACCOUNT} on pixel"),
    }[accounts]
    assert (read.deleted, read.outputs["status"]) == (False, kept)
    assert told in texts(read.notices)


@ACCOUNTS
@pytest.mark.parametrize("recorded", ["WAITING_FOR_SHARE", "UNCONFIRMED"])
def test_an_update_without_the_right_to_permit_waits_and_only_a_creation_fails(
    shared: Simulator, meta: MetaMaker, accounts: str, recorded: str
) -> None:
    owner = _owner(shared, meta, accounts)

    declared = permission(credentials="agency")
    updated = PERMISSIONS.update(owner, permission() | {"status": recorded}, declared)

    assert updated.outputs["status"] == recorded
    assert f"Ad account {NORTHLIGHT_ACCOUNT} still waits" in texts(updated.notices)
    assert "use the token of an admin of the business" in texts(updated.notices)
    for _ in ("with the pixel", "without it"):
        with pytest.raises(PermissionMissingError, match="access files: agency_credentials"):
            PERMISSIONS.create(meta(), permission())
        shared.unshare(PIXEL, NORTHLIGHT)


def test_the_owner_can_remove_a_permission_that_disappeared(
    shared: Simulator, meta: MetaMaker
) -> None:
    recorded = permission() | {"status": "ACTIVE"}

    assert PERMISSIONS.delete(meta(), recorded) == ()
    shared.unshare(PIXEL, NORTHLIGHT)
    assert "does not report whether" in texts(PERMISSIONS.delete(meta(), recorded))


def test_the_owner_cannot_remove_a_permission_that_exists_or_cannot_be_read(
    shared: Simulator, meta: MetaMaker
) -> None:
    recorded = permission() | {"status": "ACTIVE"}
    with pytest.raises(PermissionMissingError, match="refused to withdraw ad account"):
        PERMISSIONS.delete(_owner(shared, meta, "refused"), recorded)
    shared.clear_faults()
    shared.permit(*TRIPLE)

    with pytest.raises(PermissionMissingError, match="refused to withdraw ad account"):
        PERMISSIONS.delete(meta(), recorded)


def test_an_agency_without_the_right_to_read_its_lists_cannot_refresh_a_permission(
    shared: Simulator, meta: MetaMaker
) -> None:
    for endpoint in ("GET shared_accounts", "GET client_pixels"):
        shared.fault(endpoint, kind="graph_error", code=10, status=403, times=-1)

    with pytest.raises(PermissionMissingError):
        PERMISSIONS.read(meta(AGENCY), permission() | {"status": "ACTIVE"})
