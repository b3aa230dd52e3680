"""Each part of any estate equals the world, or states why it does not, whatever fails.

METAPIXEL_ESTATES is the number of estates.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.patience import Patience
from metapixel_provider.sharing.estate.estate import Estate
from metapixel_provider.sharing.estate.observe import read_estate
from metapixel_simulator import SharingRequest, Simulator
from tests.unit.sharing.estate.world import (
    AGENCIES,
    FORMER,
    OWNER,
    parts_of,
    read_parts,
    true_parts,
    world,
)

T = TypeVar("T")
EXAMPLES = int(os.environ.get("METAPIXEL_ESTATES", "80"))
PATIENCE = Patience(
    read_attempts=2, outage=0, first_pause=0.001, longest_pause=0.001, limit_wait=0.5
)
ENDPOINTS = (
    "GET owned_pixels",
    "GET agencies",
    "GET shared_accounts",
    "GET assigned_users",
    "GET initiated_sharing_agreements",
    "GET pixel",
    "GET business",
    "POST batch",
)
#: The tables of a world that a case takes access from.
ACCESS = ("shares", "permissions", "assignments")


def _subset(items: Sequence[T]) -> st.SearchStrategy[list[T]]:
    return st.lists(st.sampled_from(items), unique=True)


#: The roles of the holder of the token. Half of the holders are admins of the owner.
ROLES = st.builds(
    lambda owner, others: owner | others,
    st.sampled_from([{OWNER: "ADMIN"}, {OWNER: "ADMIN"}, {OWNER: "EMPLOYEE"}, {}]),
    st.dictionaries(st.sampled_from(AGENCIES), st.sampled_from(["ADMIN", "EMPLOYEE"])),
)
SWITCHES = st.fixed_dictionaries(
    {
        "max_page_size": st.sampled_from([2, 3, 5, 100]),
        "max_rows_per_call": st.sampled_from(["never", 40, 7]),
        "empty_edge": st.sampled_from(["listed", "omitted"]),
        "unreadable_edge": st.sampled_from(["error", "omitted"]),
        "request_node": st.sampled_from(["BusinessAssetSharingAgreement", "BusinessAgreement"]),
        "batch_order": st.sampled_from(["together", "one_after_another"]),
        "rate_limit_calls": st.sampled_from(["never", 100_000]),
    }
)
_FAULTS = st.fixed_dictionaries(
    {
        "endpoint": st.sampled_from([None, *ENDPOINTS]),
        "kind": st.sampled_from(["status", "reset", "truncated", "batch_null"])
        | st.just("graph_error"),
        "body": st.sampled_from(["<html>", "", '{"success":false}']),
        "when": st.sampled_from(["before", "after"]),
        "times": st.sampled_from([1, 2, 3, 5, -1]),
        "after_n": st.integers(0, 8),
        "code": st.sampled_from([1, 2, 10, 100, 190, 200, 368]),
        "message": st.sampled_from(["not today", "Please reduce the amount of data"]),
    }
)
#: Two pages at most lack rows: two reads that lack the same rows would confirm each other.
_HALF_PAGE = st.fixed_dictionaries(
    {
        "endpoint": st.sampled_from([None, *ENDPOINTS]),
        "kind": st.just("half_page"),
        "when": st.just("after"),
        "times": st.sampled_from([1, 2]),
        "after_n": st.integers(0, 12),
    }
)
REQUESTS = st.lists(
    st.tuples(
        st.sampled_from(AGENCIES), st.sampled_from(["PENDING", "IN_PROGRESS", "DECLINE", "EXPIRED"])
    ),
    max_size=7,
)
#: Access that the world lacks, requests, roles and switches, other businesses, and faults.
CASES = st.tuples(
    st.tuples(*(_subset([*getattr(world(), each)]) for each in ACCESS)),
    REQUESTS,
    ROLES,
    SWITCHES,
    _subset((*AGENCIES, FORMER, "999")),
    st.builds(list.__add__, st.lists(_FAULTS, max_size=3), st.lists(_HALF_PAGE, max_size=1)),
)


@given(CASES)
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_each_part_equals_the_world_or_is_not_read(sim: Simulator, case: Any) -> None:
    missing, requests, roles, switches, also, faults = case
    sim.reset()
    sim.set(request_expiry="never", **switches)
    for name, keys in zip(ACCESS, missing, strict=True):
        for key in keys:
            del getattr(sim.world, name)[key]
    sim.world.requests.clear()
    for place, (agency, status) in enumerate(requests):
        sim.world.add(SharingRequest(f"24{place}", OWNER, agency, {}, status))
    sim.world.users["11"].roles = roles
    for fault in faults:
        sim.fault(**fault)
    client = Client(Credentials("owner-token"), sim.url, patience=PATIENCE)

    estate = read_estate(client, OWNER, also)

    truth, found = true_parts(sim, OWNER, asked(estate, also)), read_parts(estate)
    recipients = {each.id: each.agency for each in sim.open_requests() if each.owner == OWNER}
    found["requests"] = {
        sent.request.id: recipients[sent.request.id]
        for sent in estate.requests.value
        if sent.may_be_for(recipients[sent.request.id])
    }
    for key, part in parts_of(estate):
        assert bool(part.reason) is not part.is_complete
        if part.is_complete:
            assert found[key] == truth[key], key
    ended = [each for each in sim.world.requests.values() if not each.is_open]
    for each in ended if estate.requests.is_complete else ():
        assert each.id in estate.ended_to_unknown or was_asked(estate, each.agency)
    if not faults and roles.get(OWNER) == "ADMIN" and "999" not in also:
        assert all(part.is_complete for _, part in parts_of(estate))


def was_asked(estate: Estate, business: str) -> bool:
    """Return whether each list of ad accounts includes those of a business, or is incomplete."""
    lists = [pixel.ad_accounts for pixel in estate.pixels.value]
    return all(business in part.value or not part.is_complete for part in lists)


def asked(estate: Estate, also: list[str]) -> set[str]:
    """Return the businesses whose ad accounts and users were to be read.

    The estate does not list the ended requests. A business that received one was asked if the
    estate has a list of it.
    """
    pixels = estate.pixels.value
    agencies = {key for pixel in pixels for key in pixel.agencies.value}
    requests = {each.agency_business_id for each in estate.requests.value}
    listed = {key for pixel in pixels for key in pixel.ad_accounts.value}
    holders = {key for pixel in pixels for key in pixel.users.value}
    return {OWNER, *agencies, *requests, *also, *listed, *holders}
