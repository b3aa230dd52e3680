"""Set-ups that a person has, and the problems that a diagnosis finds in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from metapixel_simulator import Simulator
from tests.cli.doctor.diagnosis import (
    declines_scopes,
    declines_scopes_of_a_token_without_description,
    diagnose,
    many_businesses,
    many_businesses_and_no_capability,
    refuses,
    shifted,
)
from tests.conftest import Approve
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL

TOKEN = "a-token-of-this-test"
B, P = ("--business", OWNER), ("--pixel", PIXEL)
OF_AGENCY = ("--skip", "share", "--skip", "permit", "--skip", "delete")
#: The advice where Meta refuses to describe a token.
UNDESCRIBED = ("--skip", "token-description")
#: Parts of texts that differ from run to run.
VARIES = {
    r"127\.0\.0\.1:\d+": "Meta",
    r"trace id \w+": "trace id",
    r"expired on .* UTC": "expired",
    r"\d{4}-\d\d-\d\d at \d\d:\d\d UTC": "a day",
    r"about 3\d minutes": "about 30 minutes",
}


def tokens(default: str = "", **sets: str) -> Mapping[str, str]:
    named = {f"META_ACCESS_TOKEN_{name.upper()}": token for name, token in sets.items()}
    return {**({"META_ACCESS_TOKEN": default} if default else {}), **named}


def own(**changes: object) -> Callable[[Simulator], object]:
    def add(sim: Simulator) -> None:
        owner = sim.world.tokens["owner-token"]
        sim.world.add(replace(owner, token=TOKEN, **changes))  # type: ignore[arg-type]

    return add


def end(days: float) -> Callable[[Simulator], object]:
    return own(expires_at=datetime.now(UTC) + timedelta(days=days))


def returns_the_owner_only_to_the_second_set(sim: Simulator) -> None:
    many_businesses(sim)
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    body = f'{{"id": "{PIXEL}"}}'
    for earlier in (0, 2):
        sim.fault("GET pixel", kind="status", status=200, body=body, after_n=earlier)


@dataclass(frozen=True)
class Setup:
    change: Callable[[Simulator], object] = lambda sim: None
    options: tuple[str, ...] = ()
    #: The token of the owner, or the one that `change` adds, unless a row has other variables.
    environment: Mapping[str, str] | None = None
    #: Checks that work or are unknown, and whose texts count here.
    shows: tuple[str, ...] = ()


EMPLOYEE, SECURED = tokens("employee-token"), tokens("secured-token")
TOKENS = {
    "a healthy token": Setup(shows=("token", "share-app-access")),
    "a token that expired": Setup(own(state="expired"), (*B, *P)),
    "no token": Setup(environment={}),
    "a token in quotation marks": Setup(environment=tokens('"a-token"')),
    "a token of a person that ends soon": Setup(end(5)),
    "a token that ends late": Setup(end(200)),
    # Meta's description of the token, and the other reads about it.
    "a description refused with code 2": Setup(refuses("GET debug_token", 2), shows=("scopes",)),
    "a description refused with code 100": Setup(
        refuses("GET debug_token", 100), shows=("scopes",)
    ),
    "a refused me": Setup(refuses("GET me", 10)),
    "a refused me/permissions": Setup(refuses("GET me/permissions", 10)),
    # The app and its secret.
    "a wrong app secret": Setup(
        environment={**SECURED, "META_APP_SECRET": "a-secret-of-this-test"}
    ),
    "a required app secret that is empty": Setup(
        lambda sim: sim.set(require_appsecret_proof=True),
        environment={**SECURED, "META_APP_SECRET": ""},
    ),
    "the right app secret": Setup(
        lambda sim: sim.set(require_appsecret_proof=True),
        environment={**SECURED, "META_APP_SECRET": "example-app-secret"},
        shows=("app-secret-proof",),
    ),
    "a limited app": Setup(lambda sim: sim.set(rate_limit_calls=1, rate_limit_window=1800)),
    "an app with limited access": Setup(refuses("GET client_pixels", 270), P),
    # A set ends at its first error, so the role of the employee is not checked.
    "no scope except one to answer": Setup(
        own(scopes=("ads_management",), user="122100000000002"), (*B, *P)
    ),
    "declined scopes": Setup(declines_scopes_of_a_token_without_description, UNDESCRIBED),
    "a description counts before the permissions": Setup(declines_scopes),
    "the scopes of an agency that only answers": Setup(
        own(scopes=("business_management",)), OF_AGENCY
    ),
    "an agency that cannot answer": Setup(own(scopes=("ads_read",)), OF_AGENCY),
    "no scopes for pages": Setup(own(scopes=("business_management", "ads_read"))),
}
BUSINESSES = {
    "a user without a business": Setup(
        lambda sim: sim.world.users[sim.world.tokens["employee-token"].user].roles.clear(),
        P,
        EMPLOYEE,
    ),
    "an admin of the last of many businesses": Setup(many_businesses),
    "many businesses, and an app without a capability": Setup(many_businesses_and_no_capability),
    "an admin of a named business": Setup(many_businesses, B),
    "an admin of a business that Meta does not list": Setup(
        refuses("GET me/businesses", 200), B, shows=("business-role",)
    ),
    "a missing capability": Setup(refuses("GET initiated_sharing_agreements", 3), (*B, *P)),
    "a token of another business": Setup(options=(*B, *P), environment=tokens("harbour-token")),
    "a token of the agency of a pixel": Setup(
        lambda sim: sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"]), P, tokens("northlight-token")
    ),
    "a second credential set of the owner": Setup(
        options=(*P, *B, "--business", HARBOUR),
        environment=tokens("harbour-token", owner="owner-token"),
        shows=("pixel-owner",),
    ),
    "a broken credential set of the owner": Setup(
        options=(*P, *B), environment=tokens("harbour-token", owner="expired-token")
    ),
    "an owner that Meta returns to another set than the one of an admin": Setup(
        returns_the_owner_only_to_the_second_set,
        P,
        tokens("owner-token", agency="northlight-token", other="harbour-token"),
        ("pixel-owner",),
    ),
    "swapped ids": Setup(options=("--business", PIXEL, "--pixel", OWNER)),
    "the id of a business that Meta does not list": Setup(
        refuses("GET me/businesses", 200), ("--pixel", OWNER)
    ),
    "a business left out with the act": Setup(
        options=(*OF_AGENCY, *B), environment=tokens("harbour-token")
    ),
    "only a named set": Setup(environment=tokens(agency="harbour-token")),
    "an empty token beside a named set": Setup(
        environment={"META_ACCESS_TOKEN": "", **tokens(agency="harbour-token")}
    ),
}
MACHINES = {
    "a refused version": Setup(environment={**tokens("owner-token"), "META_API_VERSION": "v19.0"}),
    "a clock that is ahead": Setup(shifted(-0.5)),
    "a clock that is far behind": Setup(shifted(400)),
    # The ends of tokens are judged by Meta's clock.
    "a clock that is far ahead": Setup(shifted(-400)),
    # Settings after which nothing is read.
    "a relative path for the trace": Setup(
        environment={**tokens("owner-token"), "METAPIXEL_TRACE": "calls.jsonl"}
    ),
    "an app secret without a token": Setup(
        environment={**tokens("owner-token"), "META_APP_SECRET_AGENCY": TOKEN}
    ),
}


def diagnosis(sim: Simulator, setup: Setup) -> Iterator[str]:
    """The result, and each problem with its advice."""
    sim.reset()
    setup.change(sim)
    sim.clear_requests()
    environment = setup.environment
    if environment is None:
        environment = tokens(TOKEN if TOKEN in sim.world.tokens else "owner-token")
    found = diagnose(sim.url, *setup.options, **environment)
    assert TOKEN not in str(found)
    assert "did not state the time" not in str(found)  # each response has it
    assert not (sim.requests and "settings" in found.problems)
    yield f"{found.overall}, exit code {found.code}"
    for each in found.findings:
        if each.check in (*found.problems, *setup.shows):
            yield f"  {each.result} {each.check}: {each.text} > {each.advice}"


@pytest.mark.parametrize(
    ("name", "setups"),
    [
        ("doctor-tokens.txt", TOKENS),
        ("doctor-businesses.txt", BUSINESSES),
        ("doctor-machines.txt", MACHINES),
    ],
)
def test_a_diagnosis_finds_the_problems_of_a_setup_and_no_others(
    sim: Simulator, name: str, setups: Mapping[str, Setup], approve: Approve
) -> None:
    lines = [f"{setup}: " + "\n".join(diagnosis(sim, each)) for setup, each in setups.items()]
    found = "\n".join(lines) + "\n"
    for varying, word in VARIES.items():
        found = re.sub(varying, word, found)

    approve(name, found)
