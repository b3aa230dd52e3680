"""The lines of docs/take-over.md, from an empty folder to the end."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from metapixel_simulator import Permission, Share, SharingRequest, Simulator
from tests.engine.conftest import WITH_BOTH_ADAPTERS
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    NORTHLIGHT_ACCOUNT_2,
    OWNER,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)
from tests.support.programs import program, share
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, follows
from tests.unit.access_file.files import merged

pytestmark = pytest.mark.engine

IMPORT = "metapixel import --business BUSINESS --stack production --to access.yaml"
DRY_RUN = f"{IMPORT} --dry-run"
SAVE = "pulumi stack export --file before.json"
UNDO = "pulumi stack import --file before.json"
BULK = "metapixel import --business BUSINESS --stack production --to import.json"
OF_CLIENTS = "metapixel import --clients-of AGENCY --stack production --to clients.py"
REPORT = "metapixel access --clients-of AGENCY --stack production --fail-on unmanaged"
PROGRAM = (ROOT / "templates/access-file/__main__.py").read_text()
OPTIONS = (
    "--to access.py",
    "--pixel PIXEL",
    "--agency AGENCY",
    "--skip-stack NAME",
    "--without-ad-accounts",
)


def recorded(stack: Stack) -> dict[str, dict[str, object]]:
    """Return the resources of a state by URN, without ids of providers, times and places."""
    found = {}
    for resource in json.loads(stack.export())["deployment"]["resources"]:
        for name in ("created", "modified", "sourcePosition", "stackTrace"):
            resource.pop(name, None)
        if resource["type"].startswith("pulumi:providers:"):
            resource.pop("id")
        if "provider" in resource:
            resource["provider"] = resource["provider"].rpartition("::")[0]
        found[resource["urn"]] = resource
    return found


@follows(
    "pulumi stack init production",
    DRY_RUN,
    SAVE,
    IMPORT,
    UNDO,
    "metapixel import",
    "--to",
    "--dry-run",
    *OPTIONS,
    BULK,
    "--provider NAME",
    "--provider",
)
@follows("pulumi preview")
@follows("pulumi up", after=["They are protected until the next `pulumi up` of this program"])
def test_an_estate_is_taken_over_from_an_empty_folder_to_the_end(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    sim.world.add(
        Share(PIXEL, NORTHLIGHT, ("ADVERTISE", "ANALYZE")),
        Share(PIXEL_3, HARBOUR, ("UPLOAD",)),
        Permission(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT),
    )
    made = stack(PROGRAM, name="former")
    terminal = Terminal.of(made)

    terminal.type("pulumi stack init production")
    made.pulumi("config", "set", "metapixel:graphUrl", sim.url)
    shown = terminal.type(DRY_RUN, BUSINESS=OWNER)
    file = made.project / "access.yaml"
    assert not file.exists()
    terminal.type(SAVE)
    terminal.type(IMPORT, BUSINESS=OWNER)
    assert file.read_text() in shown.printed
    imported = recorded(made)
    assert {each.pop("protect", None) for each in imported.values() if "id" in each} == {True}
    # The entries are those that the engine writes if `up` adopts the access.
    adopting = stack(PROGRAM, folder=made.home.parent / "adopting", name="production")
    (adopting.project / "access.yaml").write_text(file.read_text())
    adopting.up()
    assert imported == recorded(adopting)

    reasons = file.read_text().replace("    business:", "    reason: Contract 4711\n    business:")
    file.write_text(reasons)
    sim.clear_requests()
    terminal.type("pulumi preview")
    terminal.type("pulumi up")
    assert sim.requests == []
    of_shares = [each for each in made.recorded() if each.kind == "PixelAgencyShare"]
    assert {each.text("reason") for each in of_shares} == {"Contract 4711"}

    sim.world.add(*(Share(pixel, HARBOUR, ("ANALYZE",)) for pixel in (PIXEL, PIXEL_2)))
    before = made.export()
    waiting = terminal.type(IMPORT, ok=False, BUSINESS=OWNER)
    assert waiting.code == 4
    assert "Imported nothing of business" in waiting.output
    assert "already manages 3 of the selected resources" in waiting.output
    assert (file.read_text(), made.export()) == (reasons, before)
    entries = waiting.output.partition("same keys:\n\n")[2].partition("\nThen run")[0]
    file.write_text(merged(reasons, entries))
    assert "Imported 2 shares of business" in terminal.type(IMPORT, BUSINESS=OWNER).output
    made.expect_no_changes()

    sim.world.add(Share(PIXEL_2, NORTHLIGHT, ("ANALYZE",)))
    shown = terminal.type(
        "metapixel import",
        options=[*OPTIONS, "--dry-run", f"--business {OWNER}", "--stack production"],
        PIXEL=PIXEL_2,
        AGENCY=NORTHLIGHT,
        NAME="former",
    )
    assert "Would import 1 share of business" in shown.text
    assert f"({PIXEL_2}) with agency Northlight Media ({NORTHLIGHT})" in shown.text

    refused = terminal.type(BULK, options=["--provider NAME"], ok=False, BUSINESS=OWNER, NAME="own")
    assert "Stack production has no provider 'own'; declare it" in refused.text
    listed = terminal.type(BULK, ok=False, BUSINESS=OWNER)
    assert "    pulumi import --file import.json --stack production\n" in listed.output
    (entry,) = json.loads((made.project / "import.json").read_text())["resources"]
    assert entry["id"] == f"{PIXEL_2}/{NORTHLIGHT}"

    terminal.type(UNDO)
    assert made.resources() == {}
    assert sim.count(method="DELETE") == 0
    # The run ends the share of the permission, which only a token of the agency could withdraw.
    adopting.destroy("--refresh")


@WITH_BOTH_ADAPTERS
@follows("--ignore-protect")
def test_ignore_protect_ends_protected_access_in_an_update_and_in_a_destroy(
    native: bool, stack: Callable[..., Stack], sim: Simulator
) -> None:
    one, two = (
        share(name, pixel, NORTHLIGHT, opts="protect=True")
        for name, pixel in (("one", PIXEL), ("two", PIXEL_2))
    )
    made = stack(program(one, two), native=native)
    made.up()
    made.write(program(two))
    terminal = Terminal.of(made)

    for line, left in (("pulumi up", {(PIXEL_2, NORTHLIGHT)}), ("pulumi destroy", set())):
        assert "because it is protected" in terminal.type(line, ok=False).text
        terminal.type(line, options=["--ignore-protect"])
        assert {*sim.shares()} == left


@pytest.mark.rest
@follows(OF_CLIENTS, "pulumi preview", REPORT)
def test_an_agency_takes_over_its_permissions_and_nothing_stays_unmanaged(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    sim.set(request_node="BusinessAgreement")
    sim.world.add(
        Share(PIXEL, NORTHLIGHT, ("ADVERTISE", "ANALYZE")),
        Share(PIXEL_2, NORTHLIGHT, ("ANALYZE",)),
        *(
            Permission(PIXEL, NORTHLIGHT, each)
            for each in (NORTHLIGHT_ACCOUNT, NORTHLIGHT_ACCOUNT_2)
        ),
        Permission(PIXEL_2, NORTHLIGHT, NORTHLIGHT_ACCOUNT),
        SharingRequest("2401", OWNER, NORTHLIGHT, {}, "APPROVE"),
    )
    made = stack("import clients\n", name="production")
    made.environment["META_ACCESS_TOKEN"] = "northlight-token"
    terminal = Terminal.of(made)

    imported = terminal.type(OF_CLIENTS, AGENCY=NORTHLIGHT)
    assert "Imported 3 ad account permissions of business" in imported.text
    sim.clear_requests()
    terminal.type("pulumi preview", options=["--expect-no-changes"])
    assert sim.requests == []
    report = terminal.type(REPORT, AGENCY=NORTHLIGHT).text

    assert "Access: 2 shares, 3 permitted ad accounts." in report
    assert "unmanaged" not in report
    assert [each.kind for each in made.recorded()] == ["PixelAdAccountPermission"] * 3
    terminal.type("pulumi up", options=["--refresh"])
    assert not [each for each in sim.requests if each.endpoint.startswith("POST /")]
