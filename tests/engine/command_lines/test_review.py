"""The lines of docs/review.md."""

from __future__ import annotations

import json
from collections.abc import Callable

import jsonschema
import pytest

from metapixel_simulator import Simulator
from tests.support import packs
from tests.support.example import NORTHLIGHT, PIXEL, PIXELS
from tests.support.programs import agency_access, program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine

STREAMING = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1"
STREAM = f"{STREAMING} pulumi preview --json"
REVIEW = "metapixel review preview.json"
AS_JSON = "metapixel review preview.json --format json"
DESTROY = "pulumi destroy --preview-only --json"
WITH_PACK = f"{STREAM} --policy-pack policy --policy-pack-config policy-config.json"
WITH_CONFIG = f"{REVIEW} --policy-config policy-config.json"
#: A resource of another package.
OTHER = """
import pulumi.dynamic

class Provider(pulumi.dynamic.ResourceProvider):
    def create(self, props):
        return pulumi.dynamic.CreateResult("1", {})

class Other(pulumi.dynamic.Resource):
    pass

Other(Provider(), "logs", {})
"""
WIDENS = f"### 🔺 More access: agency {NORTHLIGHT} (more access: 1)"


@pytest.fixture
def made(stack: Callable[..., Stack]) -> Stack:
    return stack(program(share("one", PIXEL, NORTHLIGHT)))


def keep(stack: Stack, text: str) -> None:
    """Redirect what a preview printed into the file of the page's next line."""
    (stack.project / "preview.json").write_text(text)


@follows(STREAM, REVIEW, AS_JSON, "metapixel review --schema")
@follows("--format json")
def test_a_preview_is_reviewed_without_network_and_token(made: Stack, sim: Simulator) -> None:
    terminal = Terminal.of(made)
    del terminal.environment["META_ACCESS_TOKEN"]
    keep(made, terminal.type(STREAM).printed)
    terminal.environment["PATH"] = terminal.environment["PATH"].split(":")[0]  # without Pulumi

    assert WIDENS in terminal.type(REVIEW).printed
    document = json.loads(terminal.type(AS_JSON).printed)
    assert document == json.loads(terminal.type(REVIEW, options=["--format json"]).printed)
    jsonschema.validate(document, json.loads(terminal.type("metapixel review --schema").printed))
    assert [each["agency_id"] for each in document["changes"] if each["widens"]] == [NORTHLIGHT]
    assert sim.requests == []


@follows("metapixel review", STREAMING)
@follows("pulumi preview --json", after=["pass the output of `pulumi preview --json`"])
def test_a_preview_without_its_events_is_refused_until_the_variable_is_set(made: Stack) -> None:
    terminal = Terminal.of(made)
    plain = terminal.type("pulumi preview --json").printed
    refused = terminal.type("metapixel review", given=plain, ok=False)
    assert (refused.code, refused.printed) == (2, "")

    events = terminal.type("pulumi preview --json", options=[STREAMING]).printed
    assert WIDENS in terminal.type("metapixel review", given=events).printed


@follows("--fail-on", "--exit-code", "--errors", "--max-length")
def test_the_options_of_a_review_do_what_the_page_says(made: Stack) -> None:
    terminal = Terminal.of(made)
    keep(made, terminal.type(STREAM).printed)
    assert terminal.type(REVIEW, options=["--fail-on widening"], ok=False).code == 3
    short = terminal.type(REVIEW, options=["--max-length 10000"]).printed
    assert len(short) <= 10000

    (made.project / "Pulumi.yaml").write_text("name: [\n")
    failed = terminal.type(STREAM, ok=False)
    keep(made, failed.printed)
    (made.project / "errors.txt").write_text(failed.output.removeprefix(failed.printed))
    told = terminal.type(REVIEW, options=["--exit-code 1", "--errors errors.txt"], ok=False)
    assert told.code == 1
    assert "### ❌ Preview failed" in told.printed
    assert "Pulumi.yaml" in told.printed


@follows(WITH_PACK, WITH_CONFIG, "--policy-config")
def test_a_review_states_the_rules_that_ran_and_those_without_effect(made: Stack) -> None:
    packs.pack(made.project / "policy")
    (made.project / "policy-config.json").write_text('{"share-expires": "disabled"}')
    terminal = Terminal.of(made)

    keep(made, terminal.type(WITH_PACK).printed)
    written = terminal.type(WITH_CONFIG).printed
    options = ["--policy-config policy-config.json"]
    assert terminal.type(REVIEW, options=options).printed == written
    foot = written.partition("#### Basis of this review")[2]
    assert "the preview lists " in foot
    assert "without effect: approve-known-owners" in foot
    assert "share-expires" in foot.partition("without effect: ")[2]


@follows("--today")
def test_a_rename_that_fails_another_removal_and_a_past_day_are_found(
    stack: Callable[..., Stack],
) -> None:
    ends = {"expires_on": "2027-01-31"}
    made = stack(program(agency_access("one", NORTHLIGHT, {"web": PIXEL}, **ends), OTHER))
    made.up()
    made.write(program(agency_access("two", NORTHLIGHT, {"web": PIXEL}, "UPLOAD", **ends)))
    terminal = Terminal.of(made)
    keep(made, terminal.type(STREAM).printed)

    found = terminal.type(REVIEW, options=["--fail-on unexplained", "--today 2027-02-01"], ok=False)
    assert found.code == 3
    assert "one-web is renamed to two-web" in found.printed
    assert "- deleted: logs (`pulumi-python:dynamic:Resource`)" in found.printed
    assert "the end date is 2027-01-31, which has passed" in found.printed
    assert "set `on_existing='overwrite'`" in made.up(ok=False).output


@follows(
    f"{STREAMING} {DESTROY}",
    "--fail-on mass-removal",
    "--today",
)
def test_the_removal_of_every_share_is_found_unless_the_shares_have_ended(
    stack: Callable[..., Stack],
) -> None:
    ends = {"expires_on": "2027-01-31"}
    pixels = {f"s{pixel}": pixel for pixel in PIXELS}
    made = stack(program(agency_access("northlight", NORTHLIGHT, pixels, **ends)))
    made.up()
    terminal = Terminal.of(made)
    # Pulumi refuses the answer to a question that a preview does not ask.
    del terminal.environment["PULUMI_SKIP_CONFIRMATIONS"]

    for days, code in (("2027-01-31", 3), ("2027-02-01", 0)):
        keep(made, terminal.type(f"{STREAMING} {DESTROY}").printed)
        options = ["--fail-on mass-removal", f"--today {days}"]
        found = terminal.type(REVIEW, options=options, ok=code == 0)
        assert found.code == code
        assert ("**The update removes 3 of 3 managed shares" in found.printed) is (code == 3)
    assert "removed after its end date: 3" in found.printed


@follows(
    "--target", "--exclude", *(f"--fail-on {each}" for each in ("unknown", "widening", "update"))
)
def test_a_preview_of_chosen_resources_is_a_gap(made: Stack) -> None:
    made.up()
    made.write(program(share("two", PIXEL, NORTHLIGHT)))
    terminal = Terminal.of(made)
    for choice in ("--target **two**", "--exclude **one**"):
        keep(made, terminal.type(STREAM, options=[choice]).printed)
        for finding in ("--fail-on unknown", "--fail-on widening", "--fail-on update"):
            found = terminal.type(REVIEW, options=[finding], ok=False)
            assert found.code == 3
            assert "the preview was only of chosen resources: one" in found.printed
