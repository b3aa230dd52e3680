"""The examples of docs/resources.md, and its lines that import a resource."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, OWNER, PIXEL
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine

PAGE = (ROOT / "docs/resources.md").read_text()
IMPORT = "pulumi import metapixel:index:"
PERMISSION = f"{IMPORT}PixelAdAccountPermission NAME PIXEL/BUSINESS/ACCOUNT"
RESPONSE = f"{IMPORT}PixelSharingRequestResponse NAME REQUEST"
STANDING_RESPONSE = f"{IMPORT}PixelSharingStandingResponse NAME OWNER/AGENCY"


def examples(language: str) -> dict[str, str]:
    """Return the first program in a language under the heading of each resource."""
    found = {}
    for section in PAGE.split("\n## ")[1:]:
        program = re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)
        if section.startswith("Pixel") and program:
            found[section.partition("\n")[0]] = program[1]
    return found


@pytest.mark.parametrize("language", ["python", pytest.param("yaml", marks=pytest.mark.rest)])
def test_the_owner_and_the_agency_use_the_four_examples(
    language: str, stack: Callable[..., Stack], sim: Simulator
) -> None:
    shown = examples(language)
    in_yaml = language == "yaml"
    owner = stack(shown["PixelAgencyShare"], name="owner", in_yaml=in_yaml)
    agency = stack(
        shown["PixelSharingRequestResponse"],
        name="agency",
        in_yaml=in_yaml,
        environment={"META_ACCESS_TOKEN": "harbour-token"},
    )

    owner.up()
    agency.up()
    assert sim.shares() == {(PIXEL, HARBOUR): frozenset({"ADVERTISE", "ANALYZE"})}
    agency.write(shown["PixelAdAccountPermission"])
    agency.up()
    assert sim.permissions() == {(PIXEL, HARBOUR, HARBOUR_ACCOUNT)}
    agency.write(shown["PixelSharingStandingResponse"])
    agency.up()

    assert agency.statuses() == {"acme": "ANSWERED"}


@pytest.mark.rest
@follows(PERMISSION, RESPONSE, STANDING_RESPONSE)
def test_the_lines_of_the_page_import_what_the_agency_has(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack("{}", in_yaml=True, environment={"META_ACCESS_TOKEN": "harbour-token"})
    request = sim.ask(PIXEL, HARBOUR, ["ADVERTISE"])
    assert request
    sim.answer(request, "approve")
    sim.permit(PIXEL, HARBOUR, HARBOUR_ACCOUNT)
    terminal = Terminal.of(made)

    terminal.type(PERMISSION, NAME="ads", PIXEL=PIXEL, BUSINESS=HARBOUR, ACCOUNT=HARBOUR_ACCOUNT)
    terminal.type(RESPONSE, NAME="answer", REQUEST=request)
    terminal.type(STANDING_RESPONSE, NAME="acme", OWNER=OWNER, AGENCY=HARBOUR)

    statuses = {"ads": "ACTIVE", "answer": "APPROVE", "acme": "ANSWERED"}
    assert made.statuses() == statuses
