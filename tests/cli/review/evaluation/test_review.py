"""The verdict of a review, and the parts of a preview that it cannot judge."""

from __future__ import annotations

import pytest

from metapixel_cli.review.evaluation.review import CUT_OFF, FindingKind, Removal, Status, review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.rendering.words import by_message
from tests.cli.review.streams import (
    Event,
    active,
    bucket,
    reviewed,
    said,
    share,
    step,
    stream,
    summary,
    violation,
)


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
        ([bucket("replace", retainOnDelete=True)], (Removal("replace", "aws:s3:Bucket", "logs"),)),
        # A component.
        ([bucket("delete", custom=None)], ()),
    ],
)
def test_a_resource_of_another_package_is_no_access_and_its_removal_is_named_once(
    events: list[Event], removals: tuple[Removal, ...]
) -> None:
    found = reviewed(*events)

    assert (found.status, found.other_removals) == (Status.UNCHANGED, removals)


FAILURE, FAILED = said("preview failed\n"), summary("failed")
DEPRECATED, NO_MEMORY = said("a library is old", "info#err"), said("no memory", "info#err")
UNCHANGED = stream(step("same", active(), share()))


@pytest.mark.parametrize(
    ("data", "exit_code", "status", "errors"),
    [
        (stream(), 255, Status.FAILED, ("The preview ended with exit code 255",)),
        (stream(said("no token\n"), end=FAILED), None, Status.FAILED, ("no token",)),
        (stream(said("no token\n")), None, Status.FAILED, ("no token",)),
        (stream(end=FAILED), None, Status.FAILED, ()),
        (UNCHANGED.replace(b'"op": "same"', b'"op": "same'), 0, Status.FAILED, (CUT_OFF,)),
        # The standard error of a provider, and other lines, explain a failure without an error.
        (
            stream(FAILURE, NO_MEMORY, end=FAILED),
            None,
            Status.FAILED,
            ("preview failed", "no memory"),
        ),
        (b"an old version\n" + stream(end=FAILED), 0, Status.FAILED, ("an old version",)),
        # A violation that blocks is no failure, but an error beside it is one.
        (stream(violation(), FAILURE, DEPRECATED, end=FAILED), 255, Status.BLOCKED, ()),
        (stream(violation(), said("no program"), end=FAILED), 255, Status.FAILED, ("no program",)),
        (stream(violation()), 1, Status.FAILED, ("The preview ended with exit code 1",)),
        (stream(violation("a new level")), None, Status.BLOCKED, ()),
        (stream(violation("advisory")), None, Status.UNCHANGED, ()),
        (stream(violation(exempt="agreed")), None, Status.UNCHANGED, ()),
        (stream({"policyRemediationEvent": {}}), None, Status.UNCHANGED, ()),
    ],
)
def test_errors_and_violations_decide_before_the_access(
    data: bytes, exit_code: int | None, status: Status, errors: tuple[str, ...]
) -> None:
    found = review(read(data), exit_code, "panic: nil\n")

    # The standard error of the preview follows other errors.
    assert (found.status, found.errors) == (status, errors and (*errors, "panic: nil"))
    assert (FindingKind.POLICY in found.findings) is found.policy.blocks


def test_violations_are_grouped_by_rule_exception_and_message_with_blocking_rules_first() -> None:
    found = review(
        read(
            stream(
                violation("advisory", "Has a reason.\nIt has no reason.\n", rule="a-rule"),
                violation(message="Ends.\nIt has no end.\n", rule="share-expires"),
                violation(message="No EDIT.\nIt has EDIT.\n", rule="no-edit"),
                violation(message="Ends.\nIt has no end.\n", rule="share-expires", resource="two"),
                violation(message="Ends.\nIt ends late.\n", rule="share-expires"),
                *(violation(exempt=reason) for reason in ("agreed", "until May")),
            )
        )
    ).policy.by_rule

    assert [(rule[0].rule, rule[0].blocks) for rule in found] == [
        ("no-edit", True),
        ("share-expires", True),
        ("a-rule", False),
        ("no-edit", False),
        ("no-edit", False),
    ]
    assert by_message(found[1]) == [
        ("It has no end.", ["campaigns", "two"]),
        ("It ends late.", ["campaigns"]),
    ]
