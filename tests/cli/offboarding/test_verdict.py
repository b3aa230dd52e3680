"""An agency is OUT only if every list was read, none contains it, and the token sees all lists."""

from __future__ import annotations

import json
from typing import Any

import pytest

from metapixel_simulator import Business, Pixel, Relationship, Share, SharingRequest, User
from tests.cli.offboarding.conftest import Begin
from tests.cli.offboarding.offboarded import (
    ACCOUNT,
    AGENCY,
    CURRENT,
    DOMAIN,
    OWNER,
    ROUTES,
    WEB,
    Offboarding,
)

REFUSED: dict[str, Any] = {"kind": "graph_error", "code": 10, "status": 403, "times": -1}
OUT, NOT_OUT, NOT_KNOWN = "OUT", "NOT OUT", "NOT KNOWN"
CODES = {OUT: 0, NOT_OUT: 3, NOT_KNOWN: 4}


def verdict(of: Offboarding, *more: str) -> str:
    """Return the verdict, after a comparison with the exit code and with the text."""
    result, document = of.judged(*more)
    found: str = document["verdict"]
    assert result.exit_code == CODES[found], result.output
    assert result.stdout.startswith(f"{found} " if found == OUT else f"{found}: ")
    assert document["headline"] == result.stdout.splitlines()[0]
    return found


def test_an_agency_without_access_is_out_of_the_pixels_and_ad_accounts(begin: Begin) -> None:
    former = begin()

    result = former.run(*former.proof)

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("OUT of 1 pixel and 1 ad account of Acme (100): former (200).")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("empty_edge", ["omitted", "listed"])
def test_each_route_alone_is_not_out_until_its_ending_is_carried_out(
    begin: Begin, route: str, empty_edge: str
) -> None:
    former = begin(*ROUTES[route], empty_edge=empty_edge)

    assert verdict(former) == NOT_OUT
    remaining = json.loads(former.output.read_text())["remaining"]
    assert route.startswith(remaining[0]["route"])
    for each in remaining:
        former.end(each)

    assert verdict(former) == NOT_KNOWN
    assert verdict(former, *former.proof) == OUT


def test_only_a_partner_is_not_known_and_a_partner_that_meta_omits_is_out(begin: Begin) -> None:
    former = begin(Relationship(OWNER, AGENCY))

    result = former.run(*former.proof)
    former.sim.set(former_partner="omitted")

    assert result.exit_code == 4
    assert "Meta still lists it as a partner; it may have pages, catalogs or apps" in result.stdout
    assert verdict(former, *former.proof) == OUT


#: The lists of the verdict, and the faults of each.
LISTS = (
    "GET owned_pixels",
    "GET agencies",
    "GET shared_accounts",
    "GET assigned_users",
    "GET owned_ad_accounts",
    "GET ad_account/agencies",
    "GET ad_account/assigned_users",
    "GET initiated_sharing_agreements",
    "GET business/agencies",
    "GET business_users",
    "GET pending_users",
)


def answer(body: object) -> dict[str, Any]:
    return {"kind": "status", "status": 200, "times": -1, "body": json.dumps(body)}


FAULTS: dict[str, dict[str, Any]] = {
    "refused": REFUSED,
    "no data": answer({"success": True}),
    "no id": answer({"data": [{"name": "Web"}]}),
    "another total": answer({"data": [], "summary": {"total_count": 1}}),
    "an endless page": answer(
        {"data": [], "paging": {"next": "https://next", "cursors": {"after": "x"}}}
    ),
    "HTML": {"kind": "status", "times": -1},
    "cut off": {"kind": "truncated", "when": "after", "times": -1},
    "reset": {"kind": "reset", "times": -1},
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("endpoint", LISTS)
def test_a_list_with_a_fault_is_never_out_and_is_named(
    begin: Begin, endpoint: str, fault: str
) -> None:
    former = begin(Pixel("301", "App", OWNER))
    former.sim.fault(endpoint, **FAULTS[fault])

    assert verdict(former, *former.proof) == NOT_KNOWN
    document = json.loads(former.output.read_text())
    edge = endpoint.removeprefix("GET ").rpartition("/")[2]
    assert edge in {each["part"] for each in document["unread"]}
    incomplete = [each for each in document["lists"] if each["decides"] and not each["complete"]]
    assert edge in {each["edge"].rpartition("/")[2] for each in incomplete}


def test_the_agency_is_not_out_although_a_list_was_not_read_which_is_listed(begin: Begin) -> None:
    former = begin(Share(WEB, AGENCY, ("ANALYZE",)))
    former.sim.fault("GET ad_account/agencies", **REFUSED)

    result, document = former.judged()

    assert result.exit_code == 3
    assert "Not known:\n- ad account Acme ads (400), agencies: " in result.stdout
    assert [each["part"] for each in document["unread"]] == ["agencies"]


def test_lists_that_the_verdict_does_not_need_are_only_reported_as_not_read(begin: Begin) -> None:
    former = begin()
    former.sim.fault("GET system_users", **REFUSED)
    for endpoint in ("GET business_users", "GET pending_users"):
        former.sim.fault(endpoint, **REFUSED)

    result = former.run(*former.proof, about=("--business", OWNER, "--agency", AGENCY))

    assert result.exit_code == 0, result.output
    assert (
        "Look yourself: 0 people or more, 0 system users or more, 0 invitations or more of Acme."
        in result.stdout
    )


#: The routes that lists of other businesses show.
HIDDEN = [
    *(
        each
        for each in ROUTES
        if each.endswith(("assigned_users", "user", "share", "another agency"))
    )
]


@pytest.mark.parametrize("route", HIDDEN)
@pytest.mark.parametrize("foreign", ["empty", "refused"])
@pytest.mark.parametrize("unreadable_edge", ["error", "omitted"])
def test_access_in_a_list_that_meta_hides_is_not_known(
    begin: Begin, route: str, foreign: str, unreadable_edge: str
) -> None:
    former = begin(*ROUTES[route], foreign_lists=foreign, unreadable_edge=unreadable_edge)
    proof = former.proof if foreign == "refused" else ()

    assert verdict(former, *proof) == NOT_KNOWN


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            "{verdict: other, answer: empty, seen: x}",
            "the profile has another answer to foreign_lists",
        ),
        ("{verdict: not run, reason: x}", "the profile has no answer to foreign_lists"),
        (None, "the profile has no answer to foreign_lists"),
    ],
)
def test_a_profile_with_another_answer_is_no_proof(
    begin: Begin, entry: str | None, told: str
) -> None:
    former = begin()
    switches = f"{{foreign_lists: {entry}}}" if entry else "{}"
    profile = former.write("p.yaml", f"version: 1\nswitches: {switches}\n")

    result = former.run("--profile", profile)

    assert result.exit_code == 4
    assert told in result.stdout


def test_an_earlier_verdict_not_out_is_a_proof_only_if_a_list_of_another_business_was_not_empty(
    begin: Begin,
) -> None:
    former = begin(*ROUTES["AdsPixel/assigned_users"])
    _, document = former.judged()
    before = former.write("before.json", json.dumps(document))
    for each in document["lists"]:
        each["items"] *= each["business"] in ("", OWNER)
    blind = former.write("blind.json", json.dumps(document))
    former.sim.world.assignments.clear()

    after, evidence = former.judged("--before", before)

    assert after.exit_code == 0
    assert "found 1 way." in after.stdout
    assert evidence["proof"] == "earlier verdict"
    assert evidence["before"]["findings"] == 1
    assert evidence["before"]["time"] == document["as_of"]
    assert verdict(former, "--before", str(blind)) == NOT_KNOWN
    assert verdict(former, "--before", str(former.output)) == NOT_KNOWN


@pytest.mark.parametrize(("known", "expected"), [("", NOT_KNOWN), ("file", OUT), ("before", OUT)])
def test_an_agency_that_nothing_names_is_not_known(begin: Begin, known: str, expected: str) -> None:
    former = begin(*ROUTES["AdsPixel/assigned_users"])
    former.run("--output", former.output, file="")
    former.sim.world.assignments.clear()
    more = ["--before", str(former.output)] if known == "before" else former.proof

    result = former.run(*more, **({} if known == "file" else {"file": ""}))

    assert result.exit_code == CODES[expected]
    assert ("nor a stack knows this id" in result.stdout) is (expected == NOT_KNOWN)


def test_an_owner_without_pixels_and_ad_accounts_is_not_known(begin: Begin) -> None:
    former = begin()
    former.sim.world.add(
        Business("101", "Empty"), User("11", "Reports", {"101": "ADMIN"}, system=True)
    )

    result = former.run(*former.proof, about=("--business", "101", "--agency", AGENCY))

    assert result.exit_code == 4
    assert "it has no pixels and no ad accounts" in result.stdout


@pytest.mark.parametrize(("agency", "expected"), [(AGENCY, NOT_OUT), (CURRENT, OUT)])
def test_a_request_to_somebody_else_without_a_recipient_is_certainly_not_the_agencys(
    begin: Begin, agency: str, expected: str
) -> None:
    request = SharingRequest("2400", OWNER, agency, {WEB: ("ANALYZE",)})
    former = begin(request, request_node="BusinessAgreement")

    assert verdict(former, *former.proof) == expected
    former.sim.world.requests["2400"].agency = "202"
    former.sim.world.add(Business("202", "Unknown to everybody"))
    assert verdict(former, *former.proof) == OUT
    former.sim.fault("GET initiated_sharing_agreements", after_n=1, **REFUSED)
    assert verdict(former, *former.proof) == NOT_KNOWN


def test_a_person_without_an_address_is_not_known_and_no_address_is_in_the_evidence(
    begin: Begin,
) -> None:
    former = begin(User("32", "No address", {OWNER: "EMPLOYEE"}))

    result = former.run(*former.proof, "--output", former.output)

    assert result.exit_code == 4
    assert (
        "Meta did not return the email address of 32; look it up in Business Settings"
        in result.stdout
    )
    assert "@" not in former.output.read_text()


def test_another_domain_that_ends_like_the_agencys_is_not_the_agencys(begin: Begin) -> None:
    former = begin(User("31", "Bo", {OWNER: "EMPLOYEE"}, f"bo@not-{DOMAIN}"))

    assert verdict(former, *former.proof) == OUT


def test_an_ad_account_whose_owner_meta_does_not_return_is_not_known(begin: Begin) -> None:
    former = begin(Pixel("301", "App", OWNER))
    accounts = answer({"data": [{"id": "act_9", "account_id": "9"}]})
    former.sim.fault("GET shared_accounts", **accounts | {"path": "/301/", "times": 1})

    result = former.run(*former.proof)

    assert result.exit_code == 4
    assert "Meta did not return the owner of ad account 9, which is permitted" in result.stdout


def test_a_token_of_the_agency_cannot_show_that_it_is_out(begin: Begin) -> None:
    former = begin()
    former.environment = {"META_ACCESS_TOKEN": "agency-token"}

    assert verdict(former, *former.proof) == NOT_KNOWN
    assert ACCOUNT not in {
        each["asset"]["id"] for each in json.loads(former.output.read_text())["lists"]
    }
