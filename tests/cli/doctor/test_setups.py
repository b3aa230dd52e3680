"""Set-ups that a person has, and the problems that a diagnosis finds in each.

A row has the set-up, and each problem with its result, a part of its text and of its advice. A
diagnosis must find these problems, and no other one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from metapixel_provider.graph.classify import CODE_ADVICE
from metapixel_simulator import Simulator
from tests.cli.doctor.diagnosis import (
    declines_scopes,
    declines_scopes_of_a_token_without_description,
    diagnose,
    many_businesses,
    refuses,
    shifted,
)
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL

TOKEN = "a-token-of-this-test"
ACME = f"business Acme Outdoor ({OWNER})"
B, P = ("--business", OWNER), ("--pixel", PIXEL)
OF_AGENCY = ("--skip", "share", "--skip", "permit", "--skip", "delete")
#: The exit codes of results, the worst first.
WORST = {"error": 1, "not_run": 4, "warning": 0}
#: The advice where Meta refuses to describe a token.
UNDESCRIBED = ("--skip", "token-description")


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


@dataclass(frozen=True)
class Setup:
    """A set-up, and the problems in it: check → result, part of the text, part of the advice."""

    id: str
    problems: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    #: The token of the owner, or the one that `change` adds, unless a row has other variables.
    environment: Mapping[str, str] | None = None
    options: tuple[str, ...] = ()
    change: Callable[[Simulator], object] = lambda sim: None
    #: Parts of the texts of checks that work or are unknown.
    works: Mapping[str, str] = field(default_factory=dict)

    @property
    def overall(self) -> str:
        """The worst result. An unknown result counts as a success."""
        results = {result for result, _, _ in self.problems.values()}
        return next((each for each in WORST if each in results), "success")


def problem(result: str, text: str, advice: str = "") -> tuple[str, str, str]:
    return result, text, advice


error, warning, not_run = (partial(problem, each) for each in ("error", "warning", "not_run"))

EMPLOYEE, AGENCY = tokens("employee-token"), tokens("northlight-token")
PERSON = {"token-user": warning("belongs to a person: user Erin Employee", "create a system user")}
SECURED = tokens("secured-token")
UNLISTED = "lacks pages_read_engagement and pages_show_list"

SETUPS = [
    Setup("a-healthy-token", works={"share-app-access": "did not state", "token": "from M"}),
    # The token.
    Setup(
        "a-token-that-expired",
        {"token": error("code 190/463", "the token expired: create one")},
        options=(*B, *P),
        change=own(state="expired"),
    ),
    Setup("no-token", {"token": error("export META_ACCESS_TOKEN (tokens", "with --stack")}, {}),
    Setup("a-token-in-quotation-marks", {"token": error("a quotation mark")}, tokens('"a-token"')),
    Setup(
        "a-token-of-a-person-that-ends-soon",
        {"token-expiry": warning("The validity of the token ends on", "create a new token")},
        change=end(5),
    ),
    Setup("a-token-that-ends-late", change=end(200)),
    # Meta's description of the token, and the other reads about it.
    *(
        Setup(
            f"a-description-refused-with-code-{code}",
            {"token-description": not_run("Not for you", advice)},
            change=refuses("GET debug_token", code),
            works={"scopes": "business_management"},
        )
        for code, advice in [(2, "run the command again"), (100, " ".join(UNDESCRIBED))]
    ),
    *(
        Setup(f"a-refused-{path.split('/')[-1]}", change=refuses(f"GET {path}", 10))
        for path in ("me", "me/permissions")
    ),
    # The app and its secret.
    Setup(
        "a-wrong-app-secret",
        {"app-secret-proof": error("from META_APP_SECRET", "Debugger names this app")},
        {**SECURED, "META_APP_SECRET": "a-secret-of-this-test"},
    ),
    Setup(
        "a-required-app-secret-that-is-empty",
        {"app-secret-proof": error("no app secret is configured", "turn off *Require App")},
        {**SECURED, "META_APP_SECRET": ""},
        change=lambda sim: sim.set(require_appsecret_proof=True),
    ),
    Setup(
        "the-right-app-secret",
        environment={**SECURED, "META_APP_SECRET": "example-app-secret"},
        change=lambda sim: sim.set(require_appsecret_proof=True),
        works={"app-secret-proof": "made with the app secret from META_APP_SECRET"},
    ),
    Setup(
        "a-limited-app",
        {"rate-limits": error("limit", "again in about 3")},
        change=lambda sim: sim.set(rate_limit_calls=1, rate_limit_window=1800),
    ),
    Setup(
        "an-app-with-limited-access",
        {"share-app-access": error("code 270", "first needs 500 calls of the Marketing API")},
        options=P,
        change=refuses("GET client_pixels", 270),
    ),
    # The scopes of all acts.
    Setup(
        # A set ends at its first error, so the role of the employee is not checked.
        "no-scopes",
        {
            **PERSON,
            "scopes": error(
                "lacks business_management and ads_management or ads_read, so it cannot share, "
                "answer, permit, delete",
                ": business_management, ads_management or ads_read, pages_read_engagement, pages_s",
            ),
        },
        EMPLOYEE,
        (*B, *P),
        lambda sim: setattr(sim.world.tokens["employee-token"], "scopes", ()),
    ),
    Setup(
        "declined-scopes",
        {"scopes": error("lacks business_management and ads_management or ads_read")},
        options=UNDESCRIBED,
        change=declines_scopes_of_a_token_without_description,
    ),
    Setup("a-description-counts-before-the-permissions", change=declines_scopes),
    Setup(
        "the-scopes-of-an-agency-that-only-answers",
        {},
        options=OF_AGENCY,
        change=own(scopes=("business_management",)),
    ),
    Setup(
        "an-agency-that-cannot-answer",
        {"scopes": error("lacks business_management or ads_management, so it cannot answer")},
        options=OF_AGENCY,
        change=own(scopes=("ads_read",)),
    ),
    Setup(
        "no-scopes-for-pages",
        {"scopes": warning(UNLISTED, "if Meta refuses a share with code 200")},
        change=own(scopes=("business_management", "ads_read")),
    ),
    # The roles.
    Setup(
        "a-user-without-a-business",
        {**PERSON, "business-role": error("has no role in any", "add the user")},
        EMPLOYEE,
        P,
        lambda sim: sim.world.users[sim.world.tokens["employee-token"].user].roles.clear(),
    ),
    Setup(
        "an-admin-of-the-last-of-many-businesses",
        {"business-role": not_run("not read in 6 of 31 businesses", "--business")},
        change=many_businesses,
    ),
    Setup("an-admin-of-a-named-business", options=B, change=many_businesses),
    Setup(
        "an-admin-of-a-business-that-meta-does-not-list",
        options=B,
        change=refuses("GET me/businesses", 200),
        works={"business-role": f"admin of business {OWNER}"},
    ),
    Setup(
        "a-missing-capability",
        {
            check: not_run("Not for you", CODE_ADVICE[3])
            for check in ("business-role", "business-admin", "pixel-owner")
        },
        options=(*B, *P),
        change=refuses("GET initiated_sharing_agreements", 3),
    ),
    # Businesses and pixels.
    Setup(
        "a-token-of-another-business",
        {
            "business-admin": error(
                f"No credential set belongs to an admin of business {OWNER}; credential set "
                f"(default) belongs to an admin of business Harbour Performance ({HARBOUR})",
                "the token of an admin of this business",
            ),
            "pixel-owner": error(f"No credential set can see pixel {PIXEL};", "check the id"),
        },
        tokens("harbour-token"),
        (*B, *P),
    ),
    Setup(
        "a-token-of-the-agency-of-a-pixel",
        {"pixel-owner": warning(f"an admin of {ACME}, which owns", "only the owner can share")},
        AGENCY,
        P,
        lambda sim: sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"]),
    ),
    Setup(
        "a-second-credential-set-of-the-owner",
        environment=tokens("harbour-token", owner="owner-token"),
        options=(*P, *B, "--business", HARBOUR),
        works={"pixel-owner": "): owner"},
    ),
    Setup(
        "a-broken-credential-set-of-the-owner",
        {
            "token owner": error("190/463"),
            "business-admin": not_run("owner: another problem must be solved first"),
            "pixel-owner": not_run("owner: another problem must be solved first"),
        },
        tokens("harbour-token", owner="expired-token"),
        (*P, *B),
    ),
    Setup(
        "swapped-ids",
        {
            "business-admin": error("the id of a pixel", "give the id with --pixel"),
            "pixel-owner": error("the id of a business", "give the id with --business"),
        },
        options=("--business", PIXEL, "--pixel", OWNER),
    ),
    Setup(
        "the-id-of-a-business-that-meta-does-not-list",
        {"pixel-owner": error("the id of a business", "give the id with --business")},
        options=("--pixel", OWNER),
        change=refuses("GET me/businesses", 200),
    ),
    Setup("a-business-left-out-with-the-act", {}, tokens("harbour-token"), (*OF_AGENCY, *B)),
    # The version, the address and the clock.
    Setup(
        "a-refused-version",
        {
            "api-version": error(
                "Meta refuses version v19.0: ",
                "set META_API_VERSION to a version that Meta supports; the default is v26.0",
            )
        },
        {**tokens("owner-token"), "META_API_VERSION": "v19.0"},
    ),
    Setup(
        "a-clock-that-is-ahead",
        {"clock": warning("is 12.0 hours ahead of Meta's clock", "set the clock")},
        change=shifted(-0.5),
    ),
    Setup(
        "a-clock-that-is-far-behind",
        {"clock": error("is 400 days behind Meta's clock, so no command writes to Meta")},
        change=shifted(400),
    ),
    # The ends of tokens are judged by Meta's clock.
    Setup("a-clock-that-is-far-ahead", {"clock": error("ahead of")}, change=shifted(-400)),
    # The settings, after which nothing is read.
    Setup(
        "a-relative-path-for-the-trace",
        {"settings": error("be traced to 'calls.jsonl' (the path is not absolute)")},
        {**tokens("owner-token"), "METAPIXEL_TRACE": "calls.jsonl"},
    ),
    Setup(
        "an-app-secret-without-a-token",
        {
            "settings": error(
                "; export META_ACCESS_TOKEN_AGENCY, or unset META_APP_SECRET_AGENCY; if a stack's"
            )
        },
        {**tokens("owner-token"), "META_APP_SECRET_AGENCY": TOKEN},
    ),
    Setup("only-a-named-set", environment=tokens(agency="harbour-token")),
    Setup(
        "an-empty-token-beside-a-named-set",
        {"token": error("META_ACCESS_TOKEN is set, but empty")},
        {"META_ACCESS_TOKEN": "", **tokens(agency="harbour-token")},
    ),
]


@pytest.mark.parametrize("setup", [pytest.param(each, id=each.id) for each in SETUPS])
def test_a_diagnosis_finds_the_problems_of_a_setup_and_no_others(
    sim: Simulator, setup: Setup
) -> None:
    setup.change(sim)
    sim.clear_requests()
    environment = setup.environment
    if environment is None:
        environment = tokens(TOKEN if TOKEN in sim.world.tokens else "owner-token")

    found = diagnose(sim.url, *setup.options, **environment)

    assert found.problems == {check: result for check, (result, _, _) in setup.problems.items()}
    assert (found.overall, found.code) == (setup.overall, WORST.get(setup.overall, 0))
    assert "did not state the time" not in str(found)  # each response has it
    for check, (_, text, advice) in setup.problems.items():
        assert text in found.of(check).text
        assert advice in found.of(check).advice
    for check, text in setup.works.items():
        assert text in found.of(check).text
    assert TOKEN not in str(found)
    assert not (sim.requests and "settings" in setup.problems)
