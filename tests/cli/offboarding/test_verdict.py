"""An agency is OUT only if every list was read, none contains it, and the token sees all lists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator import (
    AdAccount,
    Business,
    Permission,
    Pixel,
    Share,
    SharingRequest,
    User,
)
from tests.cli.offboarding.conftest import Begin
from tests.cli.offboarding.offboarded import (
    ACCOUNT,
    AGENCY,
    FORMER_ADS,
    OWNER,
    ROUTES,
    WEB,
    Offboarding,
)

REFUSED: dict[str, Any] = {"kind": "graph_error", "code": 10, "status": 403, "times": -1}


@pytest.mark.parametrize("route", ROUTES)
def test_each_route_alone_is_not_out_until_its_ending_is_carried_out(
    begin: Begin, route: str
) -> None:
    former = begin(*ROUTES[route])

    found = former.judged()
    assert found["verdict"] == "NOT OUT"
    assert route.startswith(found["remaining"][0]["route"])
    for each in found["remaining"]:
        former.end(each)

    assert former.judged()["verdict"] == "NOT KNOWN"
    assert former.judged(*former.proof)["verdict"] == "OUT"


def test_a_business_without_the_pixel_is_not_told_to_send_a_call(begin: Begin) -> None:
    another = Pixel("301", "App", OWNER), Share("301", AGENCY, ("ANALYZE",))
    former = begin(*another, *ROUTES["AdsPixel/shared_accounts without a share"])

    found, _ = former.judged()["remaining"]

    assert found["ending"] == "Business Settings > Datasets > Web > Connected assets"


#: Prints the state of a stack, or an empty configuration.
PULUMI = '#!/bin/sh\ncase "$*" in *export*) exec cat state.json;; esac\necho "{}"\n'
#: The declared resources of a stack, each with its type, its id and its request.
DECLARED = {
    "shop": (ResourceType.SHARE, f"{WEB}/{AGENCY}", ""),
    "app": (ResourceType.SHARE, f"301/{AGENCY}", "2400"),
    # Only the stack names the business that permitted the ad account of the agency.
    "ads": (ResourceType.PERMISSION, f"{WEB}/203/{FORMER_ADS}", ""),
}


def resources() -> list[dict[str, object]]:
    return [
        {
            "urn": f"urn:pulumi:prod::shop::{type_.dynamic}::{name}",
            "type": type_.dynamic,
            "id": id_,
            "outputs": {"pending_request_id": sent},
        }
        for name, (type_, id_, sent) in DECLARED.items()
    ]


def stack_with(
    resources: Sequence[Mapping[str, object]], former: Offboarding, monkeypatch: pytest.MonkeyPatch
) -> tuple[str | Path, ...]:
    """Return the options for a stack with these resources."""
    state = {"version": 3, "deployment": {"resources": resources}}
    former.write("state.json", json.dumps(state))
    former.write("pulumi", PULUMI).chmod(0o755)
    monkeypatch.setenv("PATH", str(former.folder), prepend=":")
    return "--stack", "prod", "--cwd", former.folder


def test_a_name_in_a_state_is_no_command_in_a_log(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    former, type_ = begin(), ResourceType.SHARE.dynamic
    urn = f"urn:pulumi:prod::shop::{type_}::a ##[error]"
    resource = {"urn": urn, "type": type_, "id": WEB, "outputs": {}}

    log = former.run(*stack_with([resource], former, monkeypatch)).stderr

    assert "its id in the state is incomplete" in log
    assert "##[error]" not in log


def test_each_ending_in_a_stack_names_the_resource_to_remove(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = SharingRequest("2400", OWNER, AGENCY, {"301": ("ANALYZE",)})
    access = Share(WEB, AGENCY, ("ANALYZE",)), Permission(WEB, "203", FORMER_ADS), request
    former = begin(Pixel("301", "App", OWNER), Business("203", "Third"), *access)

    # That a record has a gap does not matter to the others.
    records = [*resources(), {**resources()[0], "id": WEB}]
    found = former.judged(*stack_with(records, former, monkeypatch))

    assert {each["ending"] for each in found["remaining"]} == {
        f"remove '{name}' from stack shop/prod, and run `pulumi up`" for name in DECLARED
    }


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

    found = former.judged(*former.proof)

    edge = endpoint.removeprefix("GET ").rpartition("/")[2]
    assert found["verdict"] == "NOT KNOWN"
    assert edge in {each["part"] for each in found["unread"]}
    incomplete = [each["edge"] for each in found["lists"] if not each["complete"]]
    assert edge in {each.rpartition("/")[2] for each in incomplete}


def test_lists_of_members_do_not_matter_without_a_domain(begin: Begin) -> None:
    former = begin()
    for endpoint in ("GET system_users", "GET business_users", "GET pending_users"):
        former.sim.fault(endpoint, **REFUSED)

    result = former.run(*former.proof, about=("--business", OWNER, "--agency", AGENCY))

    assert result.exit_code == 0, result.output
    assert "people (not read), system users (not read), invitations (not read)" in result.stdout


@pytest.mark.parametrize(
    "entry",
    ["{foreign_lists: {verdict: other, answer: empty}}", "{foreign_lists: {verdict: not run}}", ""],
)
def test_a_profile_with_another_answer_is_not_a_proof(begin: Begin, entry: str) -> None:
    former = begin()
    profile = former.write("p.yaml", f"version: 1\nswitches: {entry or '{}'}\n")

    assert [each["part"] for each in former.judged("--profile", profile)["unread"]] == ["proof"]


@pytest.mark.parametrize(
    ("empty", "expected"),
    [
        ("", "OUT"),
        ("AdsPixel/shared_accounts", "NOT KNOWN"),
        ("AdsPixel/assigned_users", "NOT KNOWN"),
    ],
)
def test_an_earlier_not_out_is_a_proof_if_it_lists_ad_accounts_and_users_of_other_businesses(
    begin: Begin, empty: str, expected: str
) -> None:
    former = begin(*ROUTES["AdsPixel/assigned_users"])
    before = former.judged()
    for each in before["lists"]:
        each["items"] *= each["edge"] != empty or each["business"] == OWNER
    file = former.write("before.json", f"{json.dumps(before)}\n")
    former.end(before["remaining"][0])

    after = former.judged("--before", file)

    assert after["verdict"] == expected
    assert after["before"]["findings"] == 1
    assert after["before"]["time"] == before["as_of"]
    assert after["before"]["digest"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert former.judged("--before", former.output)["verdict"] == "NOT KNOWN"


@pytest.mark.parametrize(("known", "expected"), [("", 4), ("file", 0), ("before", 0), ("stack", 0)])
def test_an_agency_that_nothing_names_is_not_known(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, known: str, expected: int
) -> None:
    former = begin(*ROUTES["AdsPixel/assigned_users"])
    former.run("--output", former.output, file="")
    former.sim.world.assignments.clear()
    unknown = former.folder / "unknown.json"
    former.run("--output", unknown, file="")
    sources: dict[str, Sequence[str | Path]] = {
        "": ["--before", unknown],
        "before": ["--before", former.output],
        "stack": stack_with(resources()[:1], former, monkeypatch),
    }
    more = [*former.proof, *sources.get(known, [])]

    result = former.run(*more, **({} if known == "file" else {"file": ""}))

    assert result.exit_code == expected
    assert ("nor a stack knows this id" in result.stdout) is (not known)


def test_an_owner_without_pixels_and_ad_accounts_is_not_known(begin: Begin) -> None:
    former = begin(Business("101", "Empty"), User("11", "Reports", {"101": "ADMIN"}, system=True))

    about = ("--business", "101", "--agency", AGENCY)

    result = former.run(*former.proof, about=about)
    former.sim.world.add(AdAccount("401", "Ads", "101"))

    assert result.exit_code == 4
    assert "it has no pixels and no ad accounts" in result.stdout
    assert former.run(*former.proof, about=about).exit_code == 0


def test_a_request_without_a_recipient_is_not_known_unless_it_is_certainly_for_somebody_else(
    begin: Begin,
) -> None:
    request = SharingRequest("2400", OWNER, "202", {WEB: ("ANALYZE",)})
    unknown = Business("202", "Unknown to everybody")
    former = begin(unknown, request, request_node="BusinessAgreement")

    assert former.judged(*former.proof)["verdict"] == "OUT"
    # Only the lists of the requests to each business are refused.
    former.sim.fault("GET initiated_sharing_agreements", after_n=2, **REFUSED)
    found = former.judged(*former.proof)
    assert found["verdict"] == "NOT KNOWN"
    assert "business that received sharing request 2400" in found["unread"][-1]["reason"]


@pytest.mark.parametrize(
    ("account", "times", "verdict", "unknown"),
    [
        ("9", 1, "NOT KNOWN", 1),
        (ACCOUNT, 1, "OUT", 0),
        # All that the agency itself permits is its access, whoever owns it.
        ("9", -1, "NOT OUT", 1),
    ],
)
def test_an_ad_account_whose_owner_meta_does_not_return_is_known_if_the_owner_has_it(
    begin: Begin, account: str, times: int, verdict: str, unknown: int
) -> None:
    former = begin(Pixel("301", "App", OWNER))
    accounts = answer({"data": [{"id": f"act_{account}", "account_id": account}]})
    former.sim.fault("GET shared_accounts", **accounts | {"path": "/301/", "times": times})

    found = former.judged(*former.proof)

    assert found["verdict"] == verdict
    reasons = [each["reason"].partition(";")[0] for each in found["unread"]]
    assert reasons == ["Meta did not return the owner of ad account 9"] * unknown
