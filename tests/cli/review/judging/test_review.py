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
@pytest.mark.parametrize("kind", [type_.described.name for type_ in ResourceType])
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


def test_other_resources_are_counted_and_not_shown_as_access() -> None:
    found = reviewed(bucket("create"))

    assert (found.status, found.other_resources) == (Status.UNCHANGED, {"create": ("logs",)})
    assert found.other_removals == ()


def test_other_resources_that_are_deleted_or_replaced_are_named_once() -> None:
    deleted = reviewed(bucket("delete"))
    replaced = reviewed(*map(bucket, ("create-replacement", "replace", "delete-replaced")))

    assert deleted.other_removals == (Removal("delete", "aws:s3:Bucket", "logs"),)
    assert replaced.other_removals == (Removal("replace", "aws:s3:Bucket", "logs"),)


def test_another_resource_that_is_kept_when_deleted_is_no_removal() -> None:
    assert reviewed(bucket("delete", retainOnDelete=True)).other_removals == ()


@pytest.mark.parametrize("component", ["AgencyAccess", "ClientAccess"])
def test_a_component_of_ours_is_not_counted_as_another_resource(component: str) -> None:
    created = bucket("create")
    metadata = created["resourcePreEvent"]["metadata"]  # type: ignore[index]
    metadata.update(type=f"metapixel:index:{component}")

    assert reviewed(created).other_resources == {}


def test_a_component_that_the_program_no_longer_has_is_no_removal() -> None:
    found = reviewed(bucket("delete", custom=None))

    assert (found.other_removals, found.other_resources) == ((), {"delete": ("logs",)})


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
