"""The foot of a review."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from metapixel_cli.review.judging.review import Review, review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.reading.policy_config import read_policy_config
from metapixel_cli.review.rendering.budget import length
from metapixel_cli.review.rendering.comment import Origin, comment
from metapixel_cli.review.rendering.notices import LONGEST, sentences
from metapixel_cli.stacks.export import StackState
from tests.cli.review.streams import Event, active, said, share, step, stream, summary, violation

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
UNCHANGED = step("same", active(), share())
LIMIT = "Access that was given outside of this program is not listed here."
PASSED: Event = {
    "policyAnalyzeSummaryEvent": {
        "policyPackName": "metapixel",
        "passed": ["approved-agencies", "no-edit", "share-expires"],
    }
}


def reviewed(*events: Event, state: StackState | None = None, config: object = None) -> Review:
    given = None if config is None else read_policy_config(json.dumps(config).encode())
    return review(read(stream(*events)), state=state, config=given)


def test_a_refresh_of_everything_leaves_no_doubt_about_the_state() -> None:
    refreshed = reviewed(step("refresh", active(), active()), UNCHANGED)

    assert sentences(refreshed) == [
        "Meta: the preview read every resource of the state.",
        "Policy: no rule ran.",
        LIMIT,
    ]


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(minutes=59), "less than an hour before"),
        (timedelta(minutes=61), "1 hour before"),
        (timedelta(hours=47), "47 hours before"),
        (timedelta(days=5, hours=3), "5 days before"),
    ],
)
def test_without_a_refresh_the_age_of_the_state_is_stated(age: timedelta, words: str) -> None:
    data = stream(UNCHANGED).replace(
        b'{"sequence"', f'{{"timestamp": {int((NOON + age).timestamp())}, "sequence"'.encode()
    )

    assert sentences(review(read(data), state=StackState("", "", NOON, ())))[0] == (
        "Meta: the preview did not read from Meta. The state was last written on "
        f"2026-11-20 12:00 UTC, {words} the preview, and parts of it can be older."
    )


def test_a_state_that_is_missing_or_of_another_stack_has_an_unknown_age() -> None:
    assert "The age of the state is not known." in sentences(reviewed(UNCHANGED))[0]
    other = reviewed(UNCHANGED, state=StackState("shop", "dev", NOON, ()))
    assert "The given state is of another stack" in sentences(other)[0]


def test_a_refresh_of_a_part_is_stated_as_a_part() -> None:
    other = step("same", active(), share(), name="other")
    found = reviewed(step("refresh", active(), active()), UNCHANGED, other)

    assert sentences(found)[0].startswith("Meta: the preview read 1 of 2 resources. The age")


def test_a_failed_preview_is_not_stated_to_have_read_everything() -> None:
    refreshed = step("refresh", active(), active())
    whole = stream(refreshed, UNCHANGED)
    cut = b"".join(whole.splitlines(keepends=True)[:2])
    failed = stream(refreshed, UNCHANGED, said("no token"), end=summary("failed"))

    for data in (cut, failed):
        first = sentences(review(read(data)))[0]
        assert first.startswith("Meta: the preview read 1 resource before it failed. The age")


def test_a_state_written_after_the_preview_has_no_age() -> None:
    data = stream(UNCHANGED).replace(
        b'{"sequence"', f'{{"timestamp": {int(NOON.timestamp())}, "sequence"'.encode()
    )

    assert sentences(review(read(data), state=StackState("", "", NOON + timedelta(days=3), ())))[
        0
    ].endswith("The given state was written on 2026-11-23 12:00 UTC, after the preview had begun.")


@pytest.mark.parametrize("count", [1, 12, 40, 2000])
def test_a_list_of_rules_ends_with_a_whole_name_and_the_number_of_the_others(count: int) -> None:
    names = {f"rule-number-{number}" for number in range(count)}
    sentence = sentences(reviewed({"policyAnalyzeSummaryEvent": {"passed": sorted(names)}}))[1]
    listed, _, rest = sentence.removesuffix(".").rpartition(": ")[2].partition(" and ")

    assert len(sentence) <= LONGEST
    assert set(listed.split(", ")) <= names
    number = rest.removesuffix(" more").replace(",", "")
    assert len(listed.split(", ")) + int(number or 0) == count


def test_a_failed_preview_is_not_said_to_have_read_nothing() -> None:
    failed = review(read(stream(said("no token"), end=summary("failed"))))

    assert sentences(failed)[0].startswith("Meta: it is not known whether the preview read")


def test_no_violation_is_stated_only_of_rules_that_ran() -> None:
    config = {"share-has-reason": "disabled"}

    assert sentences(reviewed(PASSED, config=config))[1:3] == [
        "Policy: 2 rules ran, without a violation: no-edit, share-expires.",
        "Policy: disabled: share-has-reason.",
    ]
    assert (
        "Policy: these rules have no effect, because they are not configured: "
        "approve-known-owners, approved-ad-accounts, approved-agencies, pixels-never-shared, "
        "tasks-per-agency."
    ) in sentences(reviewed(PASSED, config=config))
    assert "violation" not in " ".join(sentences(reviewed(PASSED, violation(), config=config)))


def test_no_violation_is_not_stated_of_a_preview_that_lost_or_may_have_lost_one() -> None:
    lost: Event = {"policyAnalyzeSummaryEvent": {"passed": [], "failed": ["no-edit"]}}
    whole = stream(PASSED, UNCHANGED)
    given = read_policy_config(b"{}")
    cut = review(read(whole[: whole.rindex(b"{")]), config=given)
    failed = review(read(stream(PASSED, said("no token"))), config=given)

    for found in (reviewed(lost), reviewed(PASSED, {"oracleEvent": {}}, config={}), cut, failed):
        assert "violation" not in " ".join(sentences(found))


def test_without_the_configuration_the_rules_are_not_known() -> None:
    assert sentences(reviewed(PASSED))[1] == (
        "Policy: 3 rules reported nothing; they may be disabled or not configured: "
        "approved-agencies, no-edit, share-expires."
    )
    pack = stream(end=summary(PolicyPacks={"metapixel|local|/policy": "0.1.0"}))
    assert sentences(review(read(pack)))[1] == "Policy: the rules are not known."


@pytest.mark.parametrize("character", ["$", "@", "&", "_", "\U0001f600", "0"])
def test_the_shortest_comment_keeps_its_head_and_its_foot_whatever_the_names_are(
    character: str,
) -> None:
    name = character * 900
    events: list[Event] = [
        *(step("create", new=share(pixel=str(n), reason=name), name=name) for n in range(50)),
        step(name, name="bucket"),
        {"policyAnalyzeSummaryEvent": {"passed": [f"{name}{n}" for n in range(50)]}},
        *(violation("advisory", name) for _ in range(50)),
        *(said(f"{name}{n}", "warning") for n in range(50)),
    ]
    found = review(read(stream(*events).replace(b"::shop::", f"::{name}::".encode())), 1, name)
    text = comment(found, 10_000, Origin(name, f"https://ci.example/{'$' * 480}"))

    assert length(text) <= 10_000
    assert text.splitlines()[1].startswith("### ")
    assert f"\n- {LIMIT}\n" in text
