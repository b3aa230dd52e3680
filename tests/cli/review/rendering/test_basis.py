"""The foot of a review: reads of Meta, and the policy rules that ran."""

from __future__ import annotations

import json

import pytest

from metapixel_cli.review.evaluation.policy import without_effect_of
from metapixel_cli.review.evaluation.review import Review, review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.rendering.comment import comment, length
from metapixel_cli.review.rendering.headline import sentences
from metapixel_policy import RULES
from tests.cli.review.streams import (
    SECRET,
    Event,
    active,
    analysis,
    said,
    share,
    step,
    stream,
    summary,
    violation,
)
from tests.conftest import Approve

REFRESHED = step("refresh", active(), active())
UNCHANGED = step("same", active(reason=SECRET), share(reason=SECRET))
OTHER = step("same", active(), share(), name="other")
LIMIT = "Access that was given outside of this program is not listed here."
PACK = summary(PolicyPacks={"metapixel|local|/policy": "0.1.0"})


PASSED = analysis("approved-agencies", "no-edit", "share-expires")
OF_STACK: Event = {"policyAnalyzeStackSummaryEvent": {"passed": ["advertise-with-ad-account"]}}
REMEDIATIONS: Event = {"policyRemediateSummaryEvent": {"passed": ["approve-known-owners"]}}
CONFIG = {"share-has-reason": "disabled", "approved-ad-accounts": {"ad_accounts": []}}
ALL_DISABLED = dict.fromkeys((rule.name for rule in RULES), "disabled")


def reviewed(data: bytes, config: object = None) -> Review:
    given = [] if config is None else without_effect_of(json.dumps(config).encode())
    return review(read(data), without_effect={*given})


FAILED = stream(REFRESHED, UNCHANGED, said("no token"), end=summary("failed"))
OF_ANOTHER_PACK = stream(PASSED, analysis("approved-ad-accounts", "of-another-pack"))
ONE_FAILED = analysis("share-expires", failed=("no-edit",))
#: Previews, each with the policy configuration.
CASES: dict[str, tuple[bytes, object]] = {
    "refreshed": (stream(REFRESHED, UNCHANGED), None),
    "refreshed in part": (stream(REFRESHED, UNCHANGED, OTHER), None),
    "not refreshed": (stream(UNCHANGED), {"no-edit": "disabled"}),
    "new stack": (stream(step("create", new=share())), None),
    "cut off": (b"".join(stream(REFRESHED, UNCHANGED).splitlines(keepends=True)[:2]), None),
    "failed": (FAILED, None),
    "failed at once": (stream(said("no token"), end=summary("failed")), None),
    "no list of rules": (stream(end=PACK), None),
    "rules without configuration": (stream(PASSED), None),
    # A rule with a violation has run, even if the output lacks the violation.
    "violation": (stream(ONE_FAILED, violation()), None),
    "lost violation": (stream(ONE_FAILED), None),
    "passed, gap": (stream(PASSED, {"oracleEvent": {}}), None),
    "passed, failed": (stream(PASSED, said("no token")), None),
    # The summary of remediations lists every rule as passed.
    "remediations": (stream(analysis("no-edit"), REMEDIATIONS), None),
    "rule of the stack": (stream(OF_STACK), {}),
    "rules of two packs": (OF_ANOTHER_PACK, CONFIG),
    "all disabled": (stream(UNCHANGED, end=PACK), ALL_DISABLED),
}


def test_the_foot_states_reads_of_meta_and_the_effect_of_rules(approve: Approve) -> None:
    found = []
    for name, case in CASES.items():
        *others, limit = sentences(reviewed(*case))
        found += [f"{name}:", *(f"  {sentence}" for sentence in others)]
        assert limit == LIMIT

    approve("review-basis.txt", "\n".join(found) + "\n")


@pytest.mark.parametrize("count", [1, 12, 40, 2000])
def test_a_list_of_rules_ends_with_a_whole_name_and_the_number_of_the_others(count: int) -> None:
    names = {f"rule-number-{number}" for number in range(count)}
    _, sentence, _ = sentences(reviewed(stream(analysis(*sorted(names)))))
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
    text = comment(found, 10_000, name, f"https://ci.example/{'$' * 480}")

    assert length(text) <= 10_000
    assert text.splitlines()[1].startswith("### ")
    assert f"\n- {LIMIT}\n" in text


def test_grants_that_are_written_only_if_meta_changed_are_counted_at_the_foot() -> None:
    found = review(read(stream(step("import", new=share()), UNCHANGED)))

    assert (found.status, found.if_meta_changed, found.findings) == ("unchanged", 1, ("update",))
    assert any("can also write 1 unchanged grant" in line for line in sentences(found))


def test_a_violation_by_unchanged_inputs_is_apart_from_a_new_one() -> None:
    new = step("update", active(), share(("EDIT",)), name="other")
    # An update that only tries again to send what was declared before.
    again = step("update", share(status="UNCONFIRMED", granted=[]), share(), name="again")
    hidden = step("update", active(reason=SECRET), share(reason=SECRET), name="hidden")
    names = ("campaigns", "other", "again", "hidden")
    violations = (violation("advisory", resource=each) for each in names)
    found = review(read(stream(UNCHANGED, new, again, hidden, *violations)))

    assert {each.resource: each.is_new for each in found.policy.violations} == {
        "other": True,
        "hidden": True,
        "campaigns": False,
        "again": False,
    }
    assert len(found.policy.by_rule) == 2
    assert "⚠️ advisory, not new" in comment(found, 10_000)
