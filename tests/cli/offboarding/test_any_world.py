"""In any world, and with a proof, an agency is OUT exactly if the world holds no access of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from metapixel_simulator import (
    AccountAssignment,
    AdAccount,
    Assignment,
    Business,
    Invitation,
    Permission,
    Pixel,
    Relationship,
    Share,
    SharingRequest,
    Simulator,
    User,
    World,
)
from tests.cli.offboarding.offboarded import (
    AGENCY,
    CURRENT,
    CURRENT_ADS,
    DOMAIN,
    FORMER_ADS,
    OWNER,
    PERSON,
    SYSTEM_USER,
    Offboarding,
    world,
)
from tests.support.depth import examples

EXAMPLES = examples("METAPIXEL_OFFBOARDINGS", desk=60, ci=300)
T = TypeVar("T")

PIXELS, ACCOUNTS = ("300", "301", "302"), ("400", "401")
#: A person of both agencies, one of the current agency, and one of the owner.
BOTH, OTHER, OWN = "23", "24", "13"
OTHER_OWNER = "102"


def some(*of: Sequence[T]) -> st.SearchStrategy[list[Any]]:
    """Return a strategy for a few different combinations of the items."""
    return st.lists(st.tuples(*map(st.sampled_from, of)), min_size=1, max_size=3, unique=True)


BUSINESSES = (AGENCY, CURRENT)
USERS = (PERSON, SYSTEM_USER, BOTH, OTHER, OWN)
EMAILS = ("ann@acme.example", f"ann@{DOMAIN}", f"ann@x{DOMAIN}", None)
#: The access that a world can hold.
ACCESS: dict[str, st.SearchStrategy[list[Any]]] = {
    "shares": some(PIXELS, BUSINESSES),
    "permissions": some(PIXELS, (*BUSINESSES, OWNER), (FORMER_ADS, CURRENT_ADS, "400", "702")),
    "assignments": some(PIXELS, USERS),
    "clients": some(ACCOUNTS, (*BUSINESSES, OTHER_OWNER)),
    "on_accounts": some(ACCOUNTS, USERS),
    "requests": some(BUSINESSES, ("PENDING", "IN_PROGRESS", "DECLINE", "CANCELED")),
    "partners": some(BUSINESSES),
    "emails": some(EMAILS),
    "invited": some(EMAILS),
}
SWITCHES = st.fixed_dictionaries(
    {
        "foreign_lists": st.sampled_from(["listed", "listed", "empty", "refused"]),
        "empty_edge": st.sampled_from(["omitted", "listed"]),
        "unreadable_edge": st.sampled_from(["error", "omitted"]),
        "former_partner": st.sampled_from(["omitted", "listed"]),
        "request_node": st.sampled_from(["BusinessAssetSharingAgreement", "BusinessAgreement"]),
        "max_page_size": st.sampled_from([100, 2, 1]),
        "max_rows_per_call": st.sampled_from(["never", 50, 3]),
    }
)
ROLES = st.sampled_from(["ADMIN", "ADMIN", "ADMIN", "EMPLOYEE"])


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """Return a world with few kinds of access, so that one of them often decides the verdict."""
    held = draw(st.sets(st.sampled_from(sorted(ACCESS)), max_size=2))
    access = {each: draw(ACCESS[each]) if each in held else [] for each in ACCESS}
    return {**access, "switches": draw(SWITCHES), "role": draw(ROLES)}


def made(case: Any) -> World:
    """Return the world of a case."""
    clients: dict[str, tuple[str, ...]] = dict.fromkeys(ACCOUNTS, ())
    for account, business in case["clients"]:
        clients[account] += (business,)
    found = world(
        Business(OTHER_OWNER, "Other owner"),
        User(BOTH, "Both", {AGENCY: "EMPLOYEE", CURRENT: "EMPLOYEE"}),
        User(OTHER, "Other", {CURRENT: "EMPLOYEE"}),
        AdAccount("702", "Other ads", OTHER_OWNER, (AGENCY,)),
        *(AdAccount(each, f"Ads {each}", OWNER, clients[each]) for each in ACCOUNTS),
        *(Pixel(each, f"Pixel {each}", OWNER) for each in PIXELS),
    )
    for held in (found.shares, found.permissions, found.relationships):
        held.clear()
    found.users["11"].roles[OWNER] = case["role"]
    found.add(
        *(Share(pixel, agency, ("ANALYZE",)) for pixel, agency in case["shares"]),
        *(Permission(*each) for each in case["permissions"]),
        *(Assignment(pixel, user, ("UPLOAD",)) for pixel, user in case["assignments"]),
        *(AccountAssignment(*each) for each in case["on_accounts"]),
        *(Relationship(OWNER, each) for (each,) in case["partners"]),
        *(
            SharingRequest(f"24{place}", OWNER, agency, {PIXELS[0]: ("ANALYZE",)}, status)
            for place, (agency, status) in enumerate(case["requests"])
        ),
        *(
            User(f"3{place}", "Person", {OWNER: "EMPLOYEE"}, email)
            for place, (email,) in enumerate(case["emails"])
        ),
        *(Invitation(f"4{place}", OWNER, email) for place, (email,) in enumerate(case["invited"])),
    )
    return found


def reaches(found: World) -> bool:
    """Return whether the world holds access of the agency that the command can find."""
    of_agency = {each.id for each in found.users.values() if AGENCY in each.roles}
    addresses = [
        *(each.email for each in found.users.values() if OWNER in each.roles),
        *(each.email for each in found.invitations.values()),
    ]
    return any(
        (
            any(agency == AGENCY for _, agency in found.shares),
            any(by == AGENCY or account == FORMER_ADS for _, by, account in found.permissions),
            any(user in of_agency for _, user in found.assignments),
            any(user in of_agency for _, user in found.account_assignments),
            any(AGENCY in found.ad_accounts[each].client_of for each in ACCOUNTS),
            any(each.agency == AGENCY for each in found.open_requests()),
            any(each and each.endswith(f"@{DOMAIN}") for each in addresses),
        )
    )


def is_partner(found: World) -> bool:
    return (OWNER, AGENCY) in found.relationships and found.switches.former_partner == "listed"


@given(cases())
@settings(max_examples=EXAMPLES)
def test_with_a_proof_an_agency_is_out_exactly_if_the_world_holds_no_access_of_it(
    case: Any,
) -> None:
    built = made(case)
    built.switches.set(case["switches"])
    foreign = case["switches"]["foreign_lists"]
    with TemporaryDirectory() as folder, Simulator(built) as sim:
        former = Offboarding(sim, Path(folder))
        proof = former.proof if foreign == "listed" else ()
        result = former.run(*proof, "--output", former.output)
        document = json.loads(former.output.read_text())
    people = [each for each in built.users.values() if OWNER in each.roles and not each.system]
    emails = [*(it.email for it in people), *(it.email for it in built.invitations.values())]
    all_have_addresses = all(emails)
    sees_all = case["role"] == "ADMIN" and foreign == "listed"

    if sees_all:
        knows_all = all_have_addresses and not is_partner(built)
        expected = "NOT OUT" if reaches(built) else "OUT" if knows_all else "NOT KNOWN"
        assert document["verdict"] == expected, result.output
    else:
        assert document["verdict"] != "OUT", result.output
        assert reaches(built) or document["verdict"] != "NOT OUT", result.output
