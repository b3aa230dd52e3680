"""Streams that lack an event or have one that cannot be read. None is reviewed as "no change"."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from metapixel_cli.commands import metapixel
from metapixel_cli.review.judging.review import Finding, Review, Status, review
from metapixel_cli.review.reading.output import read
from tests.cli.review.streams import Event, active, share, step, stream, summary

CREATION = step("create", new=share())
UNCHANGED = step("same", active(), share())
REFRESH = step("refresh", active(), active())
ANALYSIS: Event = {"policyAnalyzeSummaryEvent": {"passed": [], "failed": ["no-edit"]}}


def lines(*events: Event) -> list[Event]:
    return [json.loads(line) for line in stream(*events).splitlines()]


def written(events: list[Event]) -> bytes:
    return "".join(f"{json.dumps(event, ensure_ascii=False)}\n" for event in events).encode()


def metadata(event: Event) -> Event:
    found = event.get("resourcePreEvent") or event["resOutputsEvent"]
    assert isinstance(found, dict)
    data = found["metadata"]
    assert isinstance(data, dict)
    return data


def damaged(change: Callable[[list[Event]], object], *events: Event) -> bytes:
    found = lines(*events)
    change(found)
    return written(found)


def judged(data: bytes) -> Review:
    return review(read(data))


def without(key: str, event: Event = CREATION) -> bytes:
    return damaged(lambda found: metadata(found[1]).pop(key), event)


def swap(found: list[Event]) -> None:
    found[0]["sequence"], found[1]["sequence"] = found[1]["sequence"], found[0]["sequence"]


#: An operation `same` as the engine reports it for a resource that `--target` left out.
LEFT_OUT = step("same", active(), active())
NOT_CREATED = step("same", {"inputs": {}, "outputs": {}}, {"inputs": {}, "outputs": {}})

DAMAGED = {
    "a line of text": stream(UNCHANGED).replace(b"\n", b"\nDownloading a plugin\n", 1),
    "a line of text at the beginning": b"Downloading a plugin\n" + stream(UNCHANGED),
    "JSON that is not an event": stream(UNCHANGED).replace(b"\n", b"\n[1, 2]\n", 1),
    "an event without a kind": damaged(lambda found: found.insert(1, {"sequence": 0.5})),
    "a creation without its new state": without("new"),
    "a creation whose new state is a list": stream(step("create", new=[])),  # type: ignore[arg-type]
    "an update without its old state": without("old", step("update", active(), share())),
    "a deletion without its old state": without("old", step("delete", active())),
    "an operation without metadata": damaged(
        lambda found: found[1].update(resourcePreEvent={}), CREATION
    ),
    "an operation without its type": without("type"),
    "an operation without its resource": without("urn"),
    "an operation without its name": without("op"),
    "a refresh without metadata": damaged(
        lambda found: found[1].update(resOutputsEvent={}), REFRESH
    ),
    "a refresh without its result": stream(
        {"resourcePreEvent": REFRESH["resOutputsEvent"]}, UNCHANGED
    ),
    "a repeated event": damaged(lambda found: found.insert(1, found[1]), UNCHANGED),
    "events in the wrong order": damaged(swap, UNCHANGED),
    "an event without a number": damaged(lambda found: found[1].pop("sequence"), UNCHANGED),
    "fewer operations than counted": damaged(lambda found: found.pop(1), CREATION),
    "a summary without counts": stream(end=summary(resourceChanges=None)),
    "a summary with another result": stream(end=summary("interrupted")),
    "a violation that is only counted": stream(ANALYSIS),
    "an unknown kind of event": stream({"oracleEvent": {}}),
    "an unknown operation": stream(step("merge", active(), share())),
    "an unknown type of resource": stream(step("create", new=share(), kind="PageAgencyShare")),
    "a deletion or an update that --target left out": stream(LEFT_OUT),
    "a creation that --target left out": stream(NOT_CREATED),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_a_stream_with_a_gap_is_unknown_and_counts_as_a_gain(data: bytes) -> None:
    found = judged(data)

    assert found.status is Status.UNKNOWN
    assert found.findings >= {Finding.UNKNOWN, Finding.WIDENING}
    assert found.gaps


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
@pytest.mark.parametrize("finding", ["unknown", "widening"])
def test_a_gap_is_written_and_fails_the_command_on_request(data: bytes, finding: str) -> None:
    result = CliRunner().invoke(metapixel, ["review", "--fail-on", finding], input=data)

    assert result.exit_code == 3
    assert "#### Missing information" in result.stdout
    assert "✅" not in result.stdout


def test_the_headline_of_a_gap_does_not_claim_a_change() -> None:
    data = DAMAGED["an unknown kind of event"]
    result = CliRunner().invoke(metapixel, ["review", "--format", "text"], input=data)

    assert result.stdout.startswith("The preview lacks information, so access may change (")


def test_numbers_that_the_engine_left_out_are_no_gap() -> None:
    data = damaged(lambda found: found[-1].update(sequence=70), UNCHANGED)

    assert judged(data).gaps == ()


def test_a_resource_of_another_package_needs_no_states() -> None:
    other = step("create")
    metadata(other).update(type="aws:s3:Bucket", urn="urn:pulumi:prod::shop::aws:s3:Bucket::logs")

    assert judged(stream(other)).gaps == ()


def test_a_refresh_that_found_a_deletion_is_no_gap() -> None:
    assert judged(stream(step("refresh", active(), None))).gaps == ()


@pytest.mark.parametrize("character", ["\u0085", "\u2028", "\u2029"])
def test_a_line_ends_only_at_a_line_feed(character: str) -> None:
    name = f"North{character}light"
    data = written(lines(step("update", active(name=name), share(("EDIT",)))))

    (change,) = judged(data).changes
    assert change.agency_name == name


@pytest.mark.parametrize("value", [None, [], 7, {}, {"op": 5, "old": [], "new": 3, "type": 1}])
def test_events_of_another_shape_are_read_without_a_crash(value: object) -> None:
    events = [{"sequence": 0, "resourcePreEvent": {"metadata": value}, "policyEvent": None}]

    assert read(written(events)).gaps


def test_events_of_a_later_pulumi_are_named() -> None:
    found = judged(stream({"oracleEvent": {"x": 1}}, {"oracleEvent": {}}))

    assert found.gaps == (
        "The engine reported 2 events of a kind this version does not know: oracleEvent",
    )
