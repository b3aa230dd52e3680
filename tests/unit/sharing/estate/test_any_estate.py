"""Each part of any estate equals the world, or states why it does not, whatever fails.

METAPIXEL_ESTATES is the number of estates.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.patience import Patience
from metapixel_provider.sharing.estate.estate import Estate
from metapixel_provider.sharing.estate.observe import read_estate
from metapixel_simulator import (
    AdAccount,
    App,
    Assignment,
    Business,
    Permission,
    Pixel,
    Share,
    SharingRequest,
    Simulator,
    Switches,
    Token,
    User,
    World,
)
from tests.unit.sharing.estate.world import parts_of, read_parts, true_parts

OWNER = "100"
AGENCIES = ("200", "201", "202", "203")
BUSINESSES = (OWNER, *AGENCIES)
PIXELS = tuple(str(number) for number in range(500, 507))
#: The users and the ad accounts of each business.
USERS = {each: [f"{each}{number}" for number in range(3)] for each in BUSINESSES}
#: Persons with roles at the owner and at two agencies.
PERSONS = ("301", "302")
ACCOUNTS = {each: [f"9{each}{number}" for number in range(5)] for each in BUSINESSES}
TASKS = ("ANALYZE", "UPLOAD", "ADVERTISE", "EDIT")
TOKEN = "token"
EXAMPLES = int(os.environ.get("METAPIXEL_ESTATES", "80"))
PATIENCE = Patience(read_attempts=2, first_pause=0.001, longest_pause=0.001, limit_wait=0.5)
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


@dataclass
class Case:
    """A world, and the faults that a read of it meets."""

    world: World
    also: list[str]
    faults: list[dict[str, object]] = field(default_factory=list)


def _subset(items: list[str] | tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(items), unique=True)


_TASKS = _subset(TASKS).filter(bool).map(tuple)
#: The roles of the holder of the token. Half of the holders are admins of the owner.
ROLES = st.builds(
    lambda owner, others: owner | others,
    st.sampled_from([{OWNER: "ADMIN"}, {OWNER: "ADMIN"}, {OWNER: "EMPLOYEE"}, {}]),
    st.dictionaries(st.sampled_from(AGENCIES), st.sampled_from(["ADMIN", "EMPLOYEE"])),
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    found = World(
        App("9", "Reports"),
        *(Business(each, "Twin") for each in BUSINESSES),
        User("10", "Reports", draw(ROLES)),
        Token(TOKEN, "10", "9", SCOPES),
        *(User(each, "U", {it: "ADMIN"}, system=True) for it in BUSINESSES for each in USERS[it]),
        *(User(each, "P", dict.fromkeys(BUSINESSES[:3], "EMPLOYEE")) for each in PERSONS),
        *(AdAccount(each, "A", it) for it in BUSINESSES for each in ACCOUNTS[it]),
        switches=Switches(
            max_page_size=draw(st.sampled_from([2, 3, 5, 100])),
            max_rows_per_call=draw(st.sampled_from(["never", 40, 7])),
            empty_edge=draw(st.sampled_from(["listed", "omitted"])),
            unreadable_edge=draw(st.sampled_from(["error", "omitted"])),
            request_node=draw(
                st.sampled_from(["BusinessAssetSharingAgreement", "BusinessAgreement"])
            ),
            request_expiry="never",
        ),
    )
    for pixel in draw(_subset(PIXELS)):
        found.add(Pixel(pixel, "Shop", OWNER))
        for agency in draw(_subset(AGENCIES)):
            found.add(Share(pixel, agency, draw(_TASKS)))
        for business in draw(_subset(BUSINESSES)):
            for account in draw(_subset(ACCOUNTS[business])):
                found.add(Permission(pixel, business, account))
            for user in draw(_subset((*USERS[business], *PERSONS))):
                found.add(Assignment(pixel, user, draw(_TASKS)))
    for place, agency in enumerate(draw(st.lists(st.sampled_from(AGENCIES), max_size=7))):
        status = draw(st.sampled_from(["PENDING", "IN_PROGRESS", "DECLINE", "EXPIRED"]))
        found.add(SharingRequest(f"24{place}", OWNER, agency, {}, status))
    return found


SCOPES = ("business_management", "ads_management", "ads_read")
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
CASES = st.builds(
    Case,
    worlds(),
    _subset((*AGENCIES, "999")),
    st.tuples(st.lists(_FAULTS, max_size=3), st.lists(_HALF_PAGE, max_size=1)).map(
        lambda both: both[0] + both[1]
    ),
)


@given(CASES)
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_each_part_equals_the_world_or_is_not_read(case: Case) -> None:
    with Simulator(case.world) as sim:
        for fault in case.faults:
            sim.fault(**fault)  # type: ignore[arg-type]
        client = Client(Credentials(TOKEN), sim.url, patience=PATIENCE)

        estate = read_estate(client, OWNER, case.also)

        truth, found = true_parts(sim, OWNER, asked(estate, case.also)), read_parts(estate)
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
        is_admin = case.world.users["10"].roles.get(OWNER) == "ADMIN"
        if not case.faults and is_admin and "999" not in case.also:
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
