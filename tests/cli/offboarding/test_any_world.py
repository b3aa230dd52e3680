"""In any world, and with a proof, an agency is OUT exactly if the world holds no access of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

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
)
from metapixel_simulator.things import Thing
from tests.cli.offboarding.offboarded import (
    AGENCY,
    CURRENT,
    CURRENT_ADS,
    DOMAIN,
    FORMER_ADS,
    OTHER,
    OWNER,
    PERSON,
    ROUTES,
    WEB,
    Offboarding,
    world,
)
from tests.support.depth import examples

Things = tuple[Thing, ...]
EXAMPLES = examples("METAPIXEL_OFFBOARDINGS", desk=60, ci=300)
#: Access of others, of an agency at others, and what looks like access.
HARMLESS: Sequence[Things] = (
    (Pixel("301", "App", OWNER), Share("301", CURRENT, ("EDIT",))),
    (Pixel("301", "App", OWNER), Permission("301", CURRENT, CURRENT_ADS)),
    (Assignment(WEB, OTHER, ("ANALYZE",)),),
    (AdAccount("401", "More ads", OWNER, (CURRENT,)), AccountAssignment("401", OTHER)),
    (User("33", "Cy", {OWNER: "EMPLOYEE"}, f"cy@x{DOMAIN}"),),
    (SharingRequest("2401", OWNER, AGENCY, {WEB: ("ANALYZE",)}, "DECLINE"),),
    (SharingRequest("2402", OWNER, CURRENT, {WEB: ("ANALYZE",)}),),
    (Business("102", "Other"), AdAccount("702", "Other ads", "102", (AGENCY,))),
    (Business("102", "Other"), Pixel("302", "Other", "102"), Share("302", AGENCY, ("EDIT",))),
    (User(PERSON, "Pat", {AGENCY: "EMPLOYEE", CURRENT: "EMPLOYEE"}),),
)
#: What leaves the verdict open.
OPEN: Sequence[Things] = (
    (Relationship(OWNER, AGENCY),),
    (User("32", "No address", {OWNER: "EMPLOYEE"}),),
    (Invitation("42", OWNER),),
)
#: Each route again, on a second pixel and a second ad account.
MORE: Sequence[Things] = (
    (Pixel("301", "App", OWNER), Share("301", AGENCY, ("UPLOAD",))),
    (Pixel("301", "App", OWNER), Permission("301", OWNER, FORMER_ADS)),
    (Pixel("301", "App", OWNER), Assignment("301", PERSON, ("UPLOAD",))),
    (AdAccount("401", "More ads", OWNER, (AGENCY,)), AccountAssignment("401", PERSON)),
    (SharingRequest("2403", OWNER, AGENCY, {WEB: ("ANALYZE",)}, "IN_PROGRESS"),),
)
SWITCHES = st.fixed_dictionaries(
    {
        "foreign_lists": st.sampled_from(["listed", "listed", "empty", "refused"]),
        "empty_edge": st.sampled_from(["omitted", "listed"]),
        "unreadable_edge": st.sampled_from(["error", "omitted"]),
        "request_node": st.sampled_from(["BusinessAssetSharingAgreement", "BusinessAgreement"]),
        "max_page_size": st.sampled_from([100, 2, 1]),
        "max_rows_per_call": st.sampled_from(["never", 50, 3]),
    }
)


def some_of(things: Sequence[Things], most: int) -> st.SearchStrategy[list[Things]]:
    return st.lists(st.sampled_from(things), max_size=most)


@given(
    some_of([*ROUTES.values(), *MORE], 2),
    some_of(HARMLESS, 4),
    some_of(OPEN, 1),
    SWITCHES,
    st.sampled_from(["ADMIN", "ADMIN", "ADMIN", "EMPLOYEE"]),
)
@settings(max_examples=EXAMPLES)
def test_with_a_proof_an_agency_is_out_exactly_if_the_world_holds_no_access_of_it(
    access: list[Things],
    harmless: list[Things],
    doubts: list[Things],
    switches: dict[str, object],
    role: str,
) -> None:
    built = world(*(thing for things in (*harmless, *doubts, *access) for thing in things))
    built.users["11"].roles[OWNER] = role
    built.switches.set(switches)
    with TemporaryDirectory() as folder, Simulator(built) as sim:
        former = Offboarding(sim, Path(folder))
        found = former.judged(*(former.proof if switches["foreign_lists"] != "empty" else ()))

    if role == "ADMIN" and switches["foreign_lists"] == "listed":
        assert found["verdict"] == ("NOT OUT" if access else "NOT KNOWN" if doubts else "OUT")
    else:
        assert found["verdict"] != "OUT"
        assert access or found["verdict"] != "NOT OUT"
