"""The verdict of a review, and the parts of a preview that it cannot judge."""

from __future__ import annotations

import pytest

from metapixel_cli.review.judging.review import Finding, Removal, Status, review
from metapixel_cli.review.reading.output import read
from metapixel_provider.sharing.resource_types import ResourceType
from tests.cli.review.streams import (
    Event,
    reviewed,
    said,
    share,
    step,
    stream,
    summary,
    violation,
)


@pytest.mark.parametrize("op", ["merge", ""])
@pytest.mark.parametrize("kind", list(ResourceType))
def test_an_unknown_operation_counts_as_a_change(op: str, kind: str) -> None:
    found = reviewed(step(op, kind=kind))

    assert found.status is Status.UNKNOWN
    assert {*found.findings} >= {Finding.WIDENING, Finding.UNKNOWN}
    assert "this version does not know the operation" in found.gaps[0]


def test_a_resource_of_a_later_version_counts_as_a_change() -> None:
    found = reviewed(step("create", new=share(), kind="PageAgencyShare"))

    assert found.status is Status.UNKNOWN
    assert "PageAgencyShare" in found.gaps[0]


def bucket(op: str, **old: object) -> Event:
    """A step of a resource of another package."""
    made = step(op, {"inputs": {}, "custom": True, **old}, {"inputs": {}})
    metadata = made["resourcePreEvent"]["metadata"]  # type: ignore[index]
    metadata.update(type="aws:s3:Bucket", urn="urn:pulumi:prod::shop::aws:s3:Bucket::logs")
    return made


@pytest.mark.parametrize(
    ("events", "removals"),
    [
        ([bucket("create")], ()),
        ([bucket("delete")], (Removal("delete", "aws:s3:Bucket", "logs"),)),
        (
            [*map(bucket, ("create-replacement", "replace", "delete-replaced"))],
            (Removal("replace", "aws:s3:Bucket", "logs"),),
        ),
        ([bucket("delete", retainOnDelete=True)], ()),
        # A component.
        ([bucket("delete", custom=None)], ()),
    ],
)
def test_a_resource_of_another_package_is_no_access_and_its_removal_is_named_once(
    events: list[Event], removals: tuple[Removal, ...]
) -> None:
    found = reviewed(*events)

    assert (found.status, found.other_removals) == (Status.UNCHANGED, removals)


def test_the_exit_code_outweighs_a_stream_that_looks_fine() -> None:
    found = review(read(stream()), exit_code=255, stderr="panic: nil\n")

    assert found.status is Status.FAILED
    assert found.errors == ("The preview ended with exit code 255", "panic: nil")


def test_the_standard_error_of_a_provider_beside_a_violation_is_no_failure() -> None:
    printed = [said("preview failed"), said("a library is deprecated", "info#err")]
    found = review(read(stream(violation(), *printed, end=summary("failed"))), exit_code=255)

    assert (found.status, found.errors) == (Status.BLOCKED, ())


def test_the_standard_error_of_a_provider_explains_a_failure_without_a_violation() -> None:
    printed = [said("preview failed"), said("no memory", "info#err")]
    found = review(read(stream(*printed, end=summary("failed"))))

    assert (found.status, found.errors) == (Status.FAILED, ("preview failed", "no memory"))


def test_an_error_beside_a_violation_is_a_failure_and_not_only_blocked() -> None:
    found = review(read(stream(violation(), said("no program"), end=summary("failed"))))

    assert found.status is Status.FAILED
    assert {*found.findings} >= {Finding.POLICY}
