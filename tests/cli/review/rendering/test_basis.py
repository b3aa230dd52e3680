"""The foot of a review: reads of Meta, the age of the state, and the policy rules that ran."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from metapixel_cli.review.judging.review import Review, review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.reading.policy_config import read_policy_config
from metapixel_cli.review.rendering.budget import length
from metapixel_cli.review.rendering.comment import Origin, comment
from metapixel_cli.review.rendering.notices import sentences
from metapixel_cli.stacks.export import StackState
from metapixel_policy import RULES
from tests.cli.review.streams import Event, active, said, share, step, stream, summary, violation

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
REFRESHED = step("refresh", active(), active())
UNCHANGED = step("same", active(), share())
OTHER = step("same", active(), share(), name="other")
LIMIT = "Access that was given outside of this program is not listed here."
NO_TOKEN = stream(said("no token"), end=summary("failed"))
PACK = summary(PolicyPacks={"metapixel|local|/policy": "0.1.0"})
QUIET = "reported nothing, and may be disabled or not configured"
NOT_READ = "Meta: the preview did not read from Meta."
THE_AGE = "the age of the state is not known."


def analysis(*passed: str, failed: tuple[str, ...] = ()) -> Event:
    return {
        "policyAnalyzeSummaryEvent": {
            "policyPackName": "metapixel",
            "passed": list(passed),
            "failed": list(failed),
        }
    }


PASSED = analysis("approved-agencies", "no-edit", "share-expires")
OF_STACK: Event = {"policyAnalyzeStackSummaryEvent": {"passed": ["advertise-with-ad-account"]}}
REMEDIATIONS: Event = {"policyRemediateSummaryEvent": {"passed": ["approve-known-owners"]}}
CONFIG = {"share-has-reason": "disabled", "approved-ad-accounts": {"ad_accounts": []}}
ALL_DISABLED = dict.fromkeys((rule.name for rule in RULES), "disabled")


def at(time: datetime, data: bytes) -> bytes:
    """A stream whose events have a time."""
    return data.replace(
        b'{"sequence"', f'{{"timestamp": {time.timestamp():.0f}, "sequence"'.encode()
    )


def written(days: int = 0, stack: str = "") -> StackState:
    """An exported state that was written some days after noon."""
    return StackState("shop" if stack else "", stack, NOON + timedelta(days=days), ())


def reviewed(data: bytes, state: StackState | None = None, config: object = None) -> Review:
    given = None if config is None else read_policy_config(json.dumps(config).encode())
    return review(read(data), state=state, config=given)


@pytest.mark.parametrize(
    ("data", "state", "sentence"),
    [
        (stream(REFRESHED, UNCHANGED), None, "Meta: the preview read every resource of the state."),
        (
            stream(REFRESHED, UNCHANGED, OTHER),
            None,
            "Meta: the preview read 1 of 2 resources. The age of the state is not known.",
        ),
        (stream(UNCHANGED), None, f"{NOT_READ} The age of the state is not known."),
        (
            stream(step("create", new=share())),
            None,
            f"{NOT_READ} The state of this stack has no resources yet.",
        ),
        (
            stream(UNCHANGED),
            written(stack="dev"),
            f"{NOT_READ} The given state is of another stack, so {THE_AGE}",
        ),
        (
            stream(UNCHANGED),
            written(stack="prod"),
            f"{NOT_READ} The state was last written on 2026-11-20 12:00 UTC, and parts of it can "
            "be older.",
        ),
        (
            at(NOON, stream(UNCHANGED)),
            written(days=3),
            f"{NOT_READ} The given state was written on 2026-11-23 12:00 UTC, after the preview "
            "had begun.",
        ),
        # A failed preview did not read everything, but perhaps something.
        *[
            (
                data,
                None,
                "Meta: the preview read 1 resource before it failed. The age of the state is not "
                "known.",
            )
            for data in (
                b"".join(stream(REFRESHED, UNCHANGED).splitlines(keepends=True)[:2]),
                stream(REFRESHED, UNCHANGED, said("no token"), end=summary("failed")),
            )
        ],
        (
            NO_TOKEN,
            None,
            "Meta: it is not known whether the preview read from Meta. The age of the state is not "
            "known.",
        ),
    ],
)
def test_the_foot_states_what_was_read_from_meta_and_the_age_of_the_state(
    data: bytes, state: StackState | None, sentence: str
) -> None:
    assert sentences(reviewed(data, state))[0] == sentence


def test_the_state_of_another_stack_has_no_time() -> None:
    assert reviewed(stream(UNCHANGED), written(stack="dev")).basis.written is None


@pytest.mark.parametrize(
    ("data", "config", "found"),
    [
        (stream(UNCHANGED), None, ["no rule ran."]),
        (stream(UNCHANGED), {"no-edit": "disabled"}, ["no rule ran."]),
        (stream(end=PACK), None, ["the rules are not known."]),
        (
            stream(PASSED),
            None,
            [f"3 rules {QUIET}: approved-agencies, no-edit, share-expires."],
        ),
        # A rule with a violation has run, even if the output lacks the violation.
        *[
            (
                stream(analysis("share-expires", failed=("no-edit",)), *violations),
                None,
                [
                    "1 rule ran: no-edit.",
                    f"1 rule {QUIET}: share-expires.",
                ],
            )
            for violations in ([violation()], [])
        ],
        # The summary of remediations lists every rule as passed.
        (
            stream(analysis("no-edit"), REMEDIATIONS),
            None,
            [f"1 rule {QUIET}: no-edit."],
        ),
        (
            stream(PASSED, analysis("approved-ad-accounts", "of-another-pack")),
            CONFIG,
            [
                "3 rules ran, without a violation: approved-ad-accounts, no-edit, share-expires.",
                "disabled: share-has-reason.",
                "these rules have no effect, because they are not configured: "
                "approve-known-owners, approved-agencies, pixels-never-shared, tasks-per-agency.",
                f"1 rule {QUIET}: of-another-pack.",
            ],
        ),
        (
            stream(UNCHANGED, end=PACK),
            ALL_DISABLED,
            [f"disabled: {', '.join(sorted(ALL_DISABLED))}."],
        ),
    ],
)
def test_the_foot_states_which_rules_had_an_effect(
    data: bytes, config: object, found: list[str]
) -> None:
    assert sentences(reviewed(data, config=config))[1:] == [
        *(f"Policy: {each}" for each in found),
        LIMIT,
    ]


@pytest.mark.parametrize(
    "data",
    [
        stream(PASSED, violation()),
        stream(analysis(failed=("no-edit",))),
        stream(PASSED, {"oracleEvent": {}}),
        stream(PASSED, UNCHANGED).rpartition(b"{")[0],
        stream(PASSED, said("no token")),
    ],
    ids=["violation", "lost violation", "gap", "cut off", "failed"],
)
def test_no_violation_is_stated_only_of_a_whole_preview_without_one(data: bytes) -> None:
    assert "violation" not in " ".join(sentences(reviewed(data, config={})))


def test_a_rule_of_the_whole_stack_has_run_too() -> None:
    found = sentences(reviewed(stream(OF_STACK), config={}))

    assert "Policy: 1 rule ran, without a violation: advertise-with-ad-account." in found


@pytest.mark.parametrize("count", [1, 12, 40, 2000])
def test_a_list_of_rules_ends_with_a_whole_name_and_the_number_of_the_others(count: int) -> None:
    names = {f"rule-number-{number}" for number in range(count)}
    sentence = sentences(reviewed(stream(analysis(*sorted(names)))))[1]
    listed, _, rest = sentence.removesuffix(".").rpartition(": ")[2].partition(", and ")

    assert len(sentence) <= 500
    assert set(listed.split(", ")) <= names
    number = rest.removesuffix(" more").replace(",", "")
    assert len(listed.split(", ")) + int(number or 0) == count


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
