"""Reads that lag behind writes, and wrong settings. Other settings are in rows of endpoints."""

from __future__ import annotations

import pytest

from metapixel_simulator import Simulator, Switches
from tests.simulator.conftest import Api
from tests.simulator.endpoints.conftest import ALL, ESTATE
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL, PIXEL_2

#: Lists that lag behind a share of Northlight or a request to Harbour.
LISTS = {
    "agencies": "GET agencies",
    "expanded agencies": f"GET {PIXEL}?fields=agencies{{id}}",
    "client_pixels": f"GET {NORTHLIGHT}/client_pixels",
    "shared_accounts": f"GET shared_accounts?business={NORTHLIGHT}",
    "received_sharing_agreements": f"GET {HARBOUR}/received_sharing_agreements",
}


@pytest.fixture(autouse=True)
def estate(sim: Simulator) -> None:
    sim.world.add(*ESTATE[:2])


def rows(api: Api, name: str) -> int:
    answer = api.call(LISTS[name], ALL)
    return len(answer.get("agencies", answer)["data"])


@pytest.mark.parametrize("name", LISTS)
def test_each_list_lags_behind_a_write_and_has_a_count_of_its_own(
    sim: Simulator, api: Api, name: str
) -> None:
    sim.set(stale_reads=2, empty_edge="listed")
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    sim.ask(PIXEL_2, HARBOUR, ["ANALYZE"])
    for other in LISTS:
        if name.split()[-1] != other.split()[-1]:
            rows(api, other)

    assert [rows(api, name) for _ in range(3)] == [0, 0, 1]


@pytest.mark.parametrize("name", ["agencies", "client_pixels", "shared_accounts"])
def test_a_list_lags_behind_the_end_of_access(sim: Simulator, api: Api, name: str) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    sim.set(stale_reads=1)

    sim.unshare(PIXEL, NORTHLIGHT)

    assert [rows(api, name) for _ in range(2)] == [1, 0]
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    sim.unshare(PIXEL, NORTHLIGHT)
    assert rows(api, name) == 0


def test_a_request_lags_behind_its_making_and_its_answer(sim: Simulator, api: Api) -> None:
    def listed() -> list[str]:
        path = f"{HARBOUR}/received_sharing_agreements"
        found = api.call(f"GET {path}", "harbour-token", fields="request_status")["data"]
        return [row["request_status"] for row in found]

    sim.set(stale_reads=1, pending_in_agencies="present")
    request = api.ask(PIXEL, HARBOUR)

    assert api.call(f"GET {request}")["error"]["error_subcode"] == 33
    assert [api.status(request), *listed(), *listed()] == ["PENDING", "PENDING"]
    assert [rows(api, "agencies"), rows(api, "agencies")] == [0, 1]

    sim.answer(request, "approve")

    assert [api.status(request), api.status(request)] == ["PENDING", "APPROVE"]
    assert [*listed(), *listed()] == ["PENDING", "APPROVE"]
    assert [rows(api, "agencies"), rows(api, "agencies")] == [1, 1]


def test_setting_several_changes_none_when_one_is_wrong() -> None:
    switches = Switches()

    with pytest.raises(ValueError, match="stale_reads"):
        switches.set({"repeat_share": "union", "stale_reads": "two"})
    with pytest.raises(ValueError, match="stale_reads"):
        switches.stale_reads = -1

    assert switches == Switches()
