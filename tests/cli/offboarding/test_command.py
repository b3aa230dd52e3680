"""`metapixel offboarding`: its text, its evidence, its files and wrong usage."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
from click.testing import CliRunner

from metapixel_cli.commands import metapixel
from metapixel_simulator import AdAccount, Assignment, Business, Pixel, Relationship, Share
from tests.cli.offboarding.conftest import Begin
from tests.cli.offboarding.offboarded import (
    ABOUT,
    ACCESS,
    ACCOUNT,
    AGENCY,
    CURRENT,
    FORMER_ADS,
    OWNER,
    PERSON,
    PROFILE,
    ROUTES,
    WEB,
)
from tests.conftest import Approve

ENDED = ("--ended",)
#: An access file in which the access of both agencies has ended.
BOTH = ACCESS.replace("reason: r, access", "reason: r, expires_on: 2026-11-01, access")


def test_the_text_says_what_remains_how_it_ends_and_what_was_read(
    begin: Begin, approve: Approve
) -> None:
    former = begin(
        Relationship(OWNER, AGENCY),
        AdAccount(ACCOUNT, "Acme ads", OWNER, (AGENCY,)),
        Assignment(WEB, PERSON, ("ANALYZE",)),
        *ROUTES["AdsPixel/shared_accounts through the owner"],
    )
    about = ("--business", OWNER, "--agency", AGENCY)
    not_out = former.run(about=about, file="").stdout
    former.sim.world.ad_accounts[ACCOUNT].client_of = ()
    former.sim.world.assignments.clear()
    former.sim.withdraw(WEB, OWNER, FORMER_ADS)
    not_known = former.run(about=about, file="").stdout
    former.sim.set(former_partner="omitted")
    out = former.run(*former.proof, about=about).stdout

    text = "\n".join((not_out, not_known, out)).replace(former.sim.url, "https://graph.example")
    approve("offboarding.txt", re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "TIME", text))


def test_the_evidence_has_the_schema_and_names_its_origin(begin: Begin) -> None:
    former = begin(*ROUTES["AdsPixel/assigned_users"], *ROUTES["Business/business_users"])

    found = former.judged("--commit", "abc123", "--run-url", "https://ci.example/1", *former.proof)

    schema = CliRunner().invoke(metapixel, ["offboarding", "--schema"]).stdout
    jsonschema.validate(found, json.loads(schema))
    origin = [found[each] for each in ("commit", "run_url", "address", "api_version")]
    assert origin == ["abc123", "https://ci.example/1", former.sim.url, "v26.0"]
    assert found["agency"] == {"id": AGENCY, "name": "former"}
    assert (found["named_by"], found["proof"]) == ("access file", "profile")
    assert found["other_partners"] == [{"id": CURRENT, "name": "Current agency"}]
    assert [*found["to_review"].values()] == [2, 0, 1]
    assert "tag managers" in found["not_covered"]
    for secret in ("owner-token", "Pat"):
        assert secret not in former.output.read_text()


def test_each_agency_of_the_file_that_has_ended_gets_its_verdict_and_its_file(
    begin: Begin,
) -> None:
    former = begin()
    evidence = former.folder / "evidence"
    evidence.mkdir()
    files = ("--output", evidence, "--before", evidence, "--force")

    first = former.run(*ENDED, *files, about=(), file=BOTH)
    former.sim.unshare(WEB, CURRENT)
    again = former.run(*ENDED, *files, about=(), file=BOTH)

    assert (first.exit_code, again.exit_code) == (3, 4)
    assert first.stdout.startswith("NOT KNOWN: nothing of former (200) was found at Acme (100)")
    assert "\n\nNOT OUT: Current agency (201) has 2 ways to assets of Acme (100).\n" in first.stdout
    assert {each.name for each in evidence.iterdir()} == {"200.json", "201.json"}
    assert json.loads((evidence / "201.json").read_text())["before"]["findings"] == 2
    # The lists of the users of one agency say nothing about another one.
    lists = json.loads((evidence / "200.json").read_text())["lists"]
    assert {it["business"] for it in lists if "/assigned_users" in it["edge"]} == {"200"}


LAST_DAY = "expires_on: 2026-11-30, "
#: An access file in which only one of two shares has ended.
HALF = ACCESS.replace('"300"}', '"300", app: "301"}').replace(
    f"{LAST_DAY}access: {{", "access: {app: {tasks: [ANALYZE], expires_on: 2026-11-30}, "
)


@pytest.mark.parametrize(
    "file",
    [
        ACCESS.replace(LAST_DAY, ""),
        HALF,
        # An agency without declared access.
        ACCESS.replace(f"{LAST_DAY}access: {{web: [ANALYZE]}}", "access: {}"),
        ACCESS.replace(LAST_DAY, "expires_on: 2099-12-31, "),
        'version: 1\nowner: "100"\n',
    ],
)
def test_without_an_agency_that_has_ended_there_is_no_verdict(begin: Begin, file: str) -> None:
    former = begin()

    result = former.run(*ENDED, about=(), file=file)

    assert (result.exit_code, result.stdout) == (0, "No agency in the file has ended.\n")
    assert former.sim.requests == []


@pytest.mark.parametrize(
    ("arguments", "about", "message"),
    [
        (["--domain", "@agency"], ABOUT, "this is not a domain"),
        ([], ("--agency", "Acme"), "this is not an id"),
        ([], ("--agency", OWNER), "are the same business"),
        ([], (), "Give --agency"),
        ([*ENDED, "--agency", AGENCY], (), "--ended excludes --agency and --domain"),
        ([*ENDED, "--before", "out.json"], (), "--before must name a folder"),
        ([*ENDED, "--output", "none"], (), "--output must name a folder"),
        (["--before", "."], ABOUT, "is not a verdict of this version"),
        (["--output", "out.json"], ABOUT, "add --force to replace it"),
        (["--output", "."], ABOUT, "is a folder"),
        (["--output", "none/out.json"], ABOUT, "folder none does not exist"),
        (["--profile", "out.json"], ABOUT, "out.json is not a profile"),
        (["--profile", "broken.yaml"], ABOUT, "broken.yaml is not a profile"),
        (["--profile", "newer.yaml"], ABOUT, "newer.yaml is not a profile"),
        (["--before", "newer.json"], ABOUT, "is not a verdict of this version"),
        (["--before", "out.json"], ("--agency", CURRENT), "is about another agency"),
        (["--before", "owner.json"], ABOUT, "is about another owner"),
        (["--before", "address.json"], ABOUT, "is about another address"),
        (["--before", "none.json"], ABOUT, "does not exist"),
    ],
)
def test_wrong_usage_ends_with_2_before_any_call_and_writes_nothing(
    begin: Begin,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    about: tuple[str, ...],
    message: str,
) -> None:
    former = begin()
    monkeypatch.chdir(former.folder)
    document = former.judged()
    former.write("profile.yaml", PROFILE)
    former.write("broken.yaml", "switches: [}")
    former.write("newer.yaml", PROFILE.replace("1", "2", 1))
    changes: dict[str, dict[str, object]] = {
        "newer": {"version": 2},
        "owner": {"owner": {"id": "7", "name": ""}},
        "address": {"address": "https://graph.facebook.com"},
    }
    for name, changed in changes.items():
        former.write(f"{name}.json", json.dumps({**document, **changed}))
    former.sim.clear_requests()
    files = {each: each.read_text() for each in former.folder.iterdir()}

    result = former.run(*arguments, about=about)

    assert (result.exit_code, result.stdout) == (2, "")
    assert message in " ".join(result.stderr.split())
    assert former.sim.requests == []
    assert {each: each.read_text() for each in former.folder.iterdir()} == files


@pytest.mark.parametrize("about", [("--agency", AGENCY), ENDED])
def test_the_owner_and_the_ended_agencies_need_a_file_or_options(
    begin: Begin, about: tuple[str, ...]
) -> None:
    result = begin().run(about=about, file="")

    assert result.exit_code == 2
    assert "--access-file" in result.stderr


@pytest.mark.parametrize(
    ("further", "ended", "most"), [(0, 1, 15), (4, 1, 15 + 4 * 2), (0, 4, 15 + 3 * 2)]
)
def test_hundred_pixels_and_ad_accounts_cost_15_calls_and_two_for_each_further_agency(
    begin: Begin, further: int, ended: int, most: int
) -> None:
    agencies = [str(number) for number in range(210, 210 + ended + further)]
    former = begin(
        *(Business(each, f"Agency {each}") for each in agencies),
        *(Pixel(str(3000 + number), "Pixel", OWNER) for number in range(99)),
        *(AdAccount(str(4000 + number), "Ads", OWNER) for number in range(99)),
        *(Share(WEB, each, ("ANALYZE",)) for each in agencies[ended:]),
        empty_edge="listed",
    )
    former.sim.unshare(WEB, CURRENT)
    former.sim.world.relationships.clear()
    *head, entry, _ = ACCESS.splitlines()
    entries = [entry.replace("former", f"a{it}").replace("200", it) for it in agencies[:ended]]

    file = "\n".join((*head, *entries))
    result = former.run(*ENDED, *former.proof, about=(), file=file)

    assert result.exit_code == 0, result.output
    assert "OUT of 100 pixels and 100 ad accounts" in result.stdout
    assert len(former.sim.requests) - former.sim.count("POST batch") <= most


def test_names_from_meta_add_no_line_and_no_command(begin: Begin) -> None:
    former = begin(*ROUTES["AdsPixel/agencies"])
    former.sim.world.businesses[AGENCY].name = "Evil\n::error::\u202eOUT of 9 pixels"
    former.sim.world.pixels[WEB].name = "##[error]x"

    result = former.run(file="")

    assert result.stdout.splitlines()[0].startswith("NOT OUT: Evil ")
    assert not re.search(r"\n::|\u202e|##\[", result.stdout)
