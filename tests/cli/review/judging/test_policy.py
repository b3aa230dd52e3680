"""Violations that stop an update, and those that do not."""

from __future__ import annotations

from metapixel_cli.review.judging.review import Status, review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.reading.preview import Exemption
from tests.cli.review.streams import (
    said,
    stream,
    summary,
    violation,
)


def test_a_mandatory_violation_blocks_and_an_advisory_one_does_not() -> None:
    failed = (said("preview failed\n"),)

    assert review(read(stream(violation(), *failed, end=summary("failed"))), 1).status is (
        Status.BLOCKED
    )
    assert review(read(stream(violation("advisory")))).status is Status.UNCHANGED
    assert review(read(stream(violation("a new level")))).status is Status.BLOCKED


def test_an_excepted_violation_does_not_block() -> None:
    excepted = violation()
    excepted["policyEvent"]["exceptions"] = [{"id": "EXC-1", "reason": "agreed"}]  # type: ignore[index]

    found = review(read(stream(excepted)))

    assert found.status is Status.UNCHANGED
    assert found.policy.violations[0].exceptions == (Exemption("EXC-1", "agreed"),)


def test_violations_are_grouped_by_rule_and_message_with_blocking_rules_first() -> None:
    found = review(
        read(
            stream(
                violation("advisory", "Has a reason.\nIt has no reason.\n", rule="a-rule"),
                violation(message="Ends.\nIt has no end.\n", rule="share-expires"),
                violation(message="No EDIT.\nIt has EDIT.\n", rule="no-edit"),
                violation(message="Ends.\nIt has no end.\n", rule="share-expires", resource="two"),
                violation(message="Ends.\nIt ends late.\n", rule="share-expires"),
            )
        )
    ).policy.by_rule

    assert [(rule.name, rule.blocks) for rule in found] == [
        ("no-edit", True),
        ("share-expires", True),
        ("a-rule", False),
    ]
    assert found[1].resources == {
        "It has no end.": ["campaigns", "two"],
        "It ends late.": ["campaigns"],
    }
