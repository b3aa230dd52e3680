"""The basis of a review: reads of Meta, the age of the state, and the policy rules that ran."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from metapixel_cli.review.judging.basis import Basis, basis
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.reading.policy_config import read_policy_config
from metapixel_cli.stacks.export import StackState
from metapixel_policy import RULES
from tests.cli.review.streams import Event, active, share, step, stream, summary, violation

REFRESHED = step("refresh", active(), active())
UNCHANGED = step("same", active(), share())
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def analysis(*passed: str, failed: tuple[str, ...] = ()) -> Event:
    return {
        "policyAnalyzeSummaryEvent": {
            "policyPackName": "metapixel",
            "passed": list(passed),
            "failed": list(failed),
        }
    }


def found(*events: Event, state: StackState | None = None, config: object = None) -> Basis:
    given = None if config is None else read_policy_config(json.dumps(config).encode())
    return basis(read(stream(*events)), state, given)


def test_a_created_resource_is_not_part_of_the_state() -> None:
    assert found(step("create", new=share())).resources == 0


def test_the_age_of_the_state_ends_at_the_first_event() -> None:
    data = stream({"timestamp": int(NOON.timestamp()), "cancelEvent": {}}, UNCHANGED)
    lines = data.splitlines(keepends=True)
    written = StackState("", "", NOON - timedelta(days=5), ())

    aged = basis(read(b"".join(lines[1:])), written, None)
    assert (aged.age, aged.written) == (timedelta(days=5), written.made_at)
    assert basis(read(data), written, None).age is None


def test_the_state_of_another_stack_has_no_age() -> None:
    other = found(UNCHANGED, state=StackState("shop", "dev", NOON, ()))

    assert (other.is_other_stack, other.written) == (True, None)
    assert found(UNCHANGED, state=StackState("shop", "prod", NOON, ())).written == NOON


def test_a_rule_with_a_violation_has_applied() -> None:
    rules = found(analysis("share-expires", failed=("no-edit",)), violation()).rules

    assert (rules.ran, rules.unclear) == (("no-edit",), ("share-expires",))


def test_with_the_configuration_each_rule_has_one_place() -> None:
    config = {"share-has-reason": "disabled", "approved-ad-accounts": {"ad_accounts": []}}
    passed = analysis(
        "approved-agencies", "approved-ad-accounts", "share-expires", "of-another-pack"
    )
    rules = found(passed, config=config).rules

    assert rules.ran == ("approved-ad-accounts", "share-expires")
    assert rules.disabled == ("share-has-reason",)
    assert rules.not_configured == (
        "approve-known-owners",
        "approved-agencies",
        "pixels-never-shared",
        "tasks-per-agency",
    )
    assert rules.unclear == ("of-another-pack",)


def test_the_configuration_of_a_pack_that_did_not_run_disables_nothing() -> None:
    assert found(UNCHANGED, config={"no-edit": "disabled"}).rules.disabled == ()


def test_a_rule_of_the_whole_stack_has_run_too() -> None:
    event: Event = {"policyAnalyzeStackSummaryEvent": {"passed": ["advertise-with-ad-account"]}}

    assert found(event, config={}).rules.ran == ("advertise-with-ad-account",)


def test_a_rule_that_failed_has_run_even_if_its_violation_is_lost() -> None:
    rules = found(analysis("share-expires", failed=("no-edit",))).rules

    assert (rules.ran, rules.unclear) == (("no-edit",), ("share-expires",))


def test_rules_that_are_all_disabled_are_listed_although_none_ran() -> None:
    config = dict.fromkeys((rule.name for rule in RULES), "disabled")
    pack = stream(UNCHANGED, end=summary(PolicyPacks={"metapixel|local|policy": "1"}))
    given = read_policy_config(json.dumps(config).encode())

    assert basis(read(pack), None, given).rules.disabled == tuple(sorted(config))


def test_a_rule_that_only_the_summary_of_remediations_lists_as_passed_has_not_run() -> None:
    remediations: Event = {"policyRemediateSummaryEvent": {"passed": ["approve-known-owners"]}}

    without = found(analysis("no-edit"), remediations)

    assert without.rules.unclear == ("no-edit",)
