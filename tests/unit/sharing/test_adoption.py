"""The record of access that was read with its estate."""

from __future__ import annotations

import pytest

from metapixel_provider.sharing.estate.observe import read_estate
from metapixel_provider.sharing.nodes import Agency
from metapixel_provider.sharing.permission.lifecycle import adopted as adopted_permission
from metapixel_provider.sharing.share.lifecycle import adopted as adopted_share
from metapixel_simulator import Permission, Share, SharingRequest, Simulator
from tests.support.example import NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL
from tests.unit.conftest import ClientMaker, MetaMaker
from tests.unit.sharing.support import PERMISSIONS, SHARES, permission, share

FOUND = Agency(NORTHLIGHT, "Northlight", ("UPLOAD",))


@pytest.mark.parametrize(
    ("requests", "status"), [((), "ACTIVE"), (("2400",), "UNCONFIRMED")], ids=str
)
def test_a_record_equals_that_of_a_creation_which_adopts_the_share(
    sim: Simulator,
    client: ClientMaker,
    meta: MetaMaker,
    requests: tuple[str, ...],
    status: str,
) -> None:
    sim.world.add(Share(PIXEL, NORTHLIGHT, ("UPLOAD", "ANALYZE")))
    sim.world.add(*(SharingRequest(each, OWNER, NORTHLIGHT, {}) for each in requests))
    estate = read_estate(client(), OWNER)
    (pixel,) = (each for each in estate.pixels.value if each.id == PIXEL)
    inputs = share(NORTHLIGHT, "ANALYZE", "UPLOAD", reason="Contract 4711", resend="1")

    adopted = adopted_share(inputs, pixel.agencies.value[NORTHLIGHT], pixel.name, requests)

    created = SHARES.create(meta(), inputs)
    assert adopted is not None
    assert (adopted.id, adopted.outputs) == (created.id, created.outputs)
    assert adopted.outputs["status"] == status


@pytest.mark.parametrize("on_existing", ["adopt", "overwrite"])
def test_a_share_that_is_declared_with_other_tasks_has_no_record(on_existing: str) -> None:
    inputs = share(NORTHLIGHT, "ANALYZE", on_existing=on_existing)
    with_included = Agency(NORTHLIGHT, "Northlight", ("ANALYZE", "ADVERTISE"))

    assert adopted_share(inputs, with_included, "", ()) is None


def test_fail_refuses_a_creation_and_not_the_record_of_an_import() -> None:
    adopted = adopted_share(share(NORTHLIGHT, "UPLOAD", on_existing="fail"), FOUND, "Shop", ())

    assert adopted is not None
    assert adopted.outputs["on_existing"] == "fail"


def test_a_record_equals_that_of_a_creation_which_adopts_the_permission(
    sim: Simulator, meta: MetaMaker
) -> None:
    sim.world.add(
        Share(PIXEL, NORTHLIGHT, ("ANALYZE",)), Permission(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    )
    inputs = permission(credentials="northlight")

    adopted = adopted_permission(inputs)

    created = PERMISSIONS.create(meta("northlight-token"), inputs)
    assert (adopted.id, adopted.outputs) == (created.id, created.outputs)
