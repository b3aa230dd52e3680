"""Streams that lack an event or have one that cannot be read. None is reviewed as "no change"."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_cli.review.evaluation.review import FindingKind, Status, review
from metapixel_cli.review.reading.output import read
from tests.cli.review import previews
from tests.cli.review.streams import (
    SECRET,
    Event,
    active,
    analysis,
    moved,
    permission,
    share,
    step,
    stream,
    summary,
    violation,
)

CREATION = step("create", new=share())
UNCHANGED = step("same", active(), share())
REFRESH = step("refresh", active(), active())
PARTLY_REFRESHED = [REFRESH, UNCHANGED, step("same", active(), share(), name="other")]
FAILED = ("no-edit",)
NO_EDIT = analysis(failed=FAILED, resource="a")


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


def swap(found: list[Event]) -> None:
    found[0]["sequence"], found[1]["sequence"] = found[1]["sequence"], found[0]["sequence"]


def lost(*path: str, event: Event = UNCHANGED) -> bytes:
    """A stream whose only operation has lost a part."""
    *parents, last = path

    def lose(found: list[Event]) -> None:
        part = metadata(found[1])
        for parent in parents:
            part = part[parent]  # type: ignore[assignment]
        del part[last]

    return damaged(lose, event)


REMEDIATED: Event = {
    "policyRemediateSummaryEvent": {"policyPackName": "metapixel", "failed": ["no-edit"]}
}

#: An operation `same` as the engine reports it for a resource that `--target` left out.
LEFT_OUT = step("same", active(), active())
NOT_CREATED = step("same", {"inputs": {}, "outputs": {}}, {"inputs": {}, "outputs": {}}, name="new")

DAMAGED = {
    "a line of text": stream(UNCHANGED).replace(b"\n", b"\nDownloading a plugin\n", 1),
    "JSON that is not an event": stream(UNCHANGED).replace(b"\n", b"\n[1, 2]\n", 1),
    "an event without a kind": damaged(lambda found: found.insert(1, {"sequence": 0.5})),
    "a creation without its new state": lost("new", event=CREATION),
    "a creation whose new state is a list": stream(step("create", new=[])),  # type: ignore[arg-type]
    "an update without its old state": lost("old", event=step("update", active(), share())),
    "a deletion without its old state": lost("old", event=step("delete", active())),
    "an operation without its resource": lost("urn", event=CREATION),
    "an operation without its type": lost("type", event=CREATION),
    "an operation without its name": lost("op", event=CREATION),
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
    "a violation that is only counted": stream(NO_EDIT),
    "an unknown operation": stream(step("merge", active(), share())),
    "an unknown type of resource": stream(step("create", new=share(), kind="PageAgencyShare")),
    "an input of a later version": stream(step("update", active(), share(full_control=True))),
    "a recorded input of a later version": stream(step("delete", active(full_control=True))),
    "a status of a later version": stream(
        step("same", share(status="LIMITED", granted=["EDIT"]), share())
    ),
    "a status of a share at a permission": stream(
        step("same", permission(status="DECLINED"), permission(), kind="PixelAdAccountPermission")
    ),
    "an old state without a status": lost("old", "outputs", "status"),
    "an old state without its tasks": lost("old", "outputs", "granted_tasks"),
    "an old state without its pixel": lost("old", "inputs", "pixel_id"),
    "a new state without its tasks": lost("new", "inputs", "permitted_tasks"),
    "a secret date": stream(step("same", active(expires_on=SECRET), share(expires_on=SECRET))),
    "a secret date of the configuration": damaged(
        lambda found: found[0].update(preludeEvent={"config": {"metapixel:today": "[secret]"}})
    ),
    "a violation that is reported for another resource": stream(
        violation("advisory", resource="a"), NO_EDIT, analysis(failed=FAILED, resource="b")
    ),
    "a violation that is reported by another pack": stream(
        violation("advisory", resource="a"), analysis(failed=FAILED, resource="a", pack="house")
    ),
    "a remediation that is only counted": stream(REMEDIATED),
    "a deletion or an update that --target left out": stream(LEFT_OUT),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_a_stream_with_a_gap_is_unknown_and_counts_as_a_gain(data: bytes) -> None:
    found = review(read(data))

    assert found.status is Status.UNKNOWN
    assert {*found.findings} >= {FindingKind.UNKNOWN, FindingKind.WIDENING}
    assert found.gaps


@pytest.mark.parametrize("file", previews.files(), ids=lambda file: file.stem)
def test_a_recorded_preview_has_no_gap(file: Path) -> None:
    assert read(file.read_bytes()).gaps == ()


READ_ONLY = {"id": "1/2", "external": True, "inputs": {}, "outputs": {}}
REPORTED: Event = {
    "policyRemediationEvent": {"policyName": "no-edit", "policyPackName": "metapixel"}
}
OTHER = step("create")
metadata(OTHER).update(type="aws:s3:Bucket", urn="urn:pulumi:prod::shop::aws:s3:Bucket::logs")
WHOLE = {
    "a resource that the program only reads": stream(step("refresh", READ_ONLY, READ_ONLY)),
    "violations of a rule by several resources": stream(
        violation(resource="a"),
        NO_EDIT,
        violation(resource="b"),
        analysis(failed=FAILED, resource="b"),
    ),
    "a reported remediation": stream(REPORTED, REMEDIATED),
    "a remediation that failed": stream(violation(), REMEDIATED),
    "numbers that the engine left out": damaged(
        lambda found: found[-1].update(sequence=70), UNCHANGED
    ),
    "a resource of another package without states": stream(OTHER),
    "a refresh and an import": stream(
        REFRESH,
        UNCHANGED,
        step("import", new=share(), name="2"),
        step("update", active(), share(("EDIT",)), name="2"),
    ),
    "a refresh of a resource that an alias renames": stream(
        REFRESH,
        UNCHANGED,
        step("refresh", active(), active(), name="old"),
        moved("same", active(), share(), old_name="old", name="new"),
    ),
    "a refresh that found a deletion": stream(step("refresh", active(), None)),
}


@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE)
def test_a_whole_stream_has_no_gap(data: bytes) -> None:
    assert read(data).gaps == ()


@pytest.mark.parametrize("character", ["\u0085", "\u2028", "\u2029"])
def test_a_line_ends_only_at_a_line_feed(character: str) -> None:
    name = f"North{character}light"
    data = written(lines(step("update", active(name=name), share(("EDIT",)))))

    (change,) = review(read(data)).changes
    assert change.agency_name == name


@pytest.mark.parametrize("value", [None, [], 7, {}, {"op": 5, "old": [], "new": 3, "type": 1}])
def test_events_of_another_shape_are_read_without_a_crash(value: object) -> None:
    events = [{"sequence": 0, "resourcePreEvent": {"metadata": value}, "policyEvent": None}]

    assert read(written(events)).gaps


@pytest.mark.parametrize(
    ("events", "gap"),
    [
        (
            [{"oracleEvent": {"x": 1}}, {"oracleEvent": {}}],
            "The engine reported 2 events of a kind this version does not know: oracleEvent",
        ),
        (PARTLY_REFRESHED, "other: the preview refreshed other resources, and not this one"),
    ],
)
def test_a_gap_names_the_events_or_the_resource(events: list[Event], gap: str) -> None:
    assert read(stream(*events)).gaps == (gap,)


def test_a_creation_that_target_left_out_is_named_and_is_not_in_the_state() -> None:
    found = review(read(stream(REFRESH, UNCHANGED, NOT_CREATED)))

    assert (found.read, found.resources) == (1, 1)
    assert found.gaps == ("Not previewed, because the preview was only of chosen resources: new",)
