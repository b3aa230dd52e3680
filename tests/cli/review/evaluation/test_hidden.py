"""Random previews: what is said stays as it is, and a hidden value never makes a change smaller."""

from __future__ import annotations

from copy import deepcopy
from itertools import product
from random import Random
from typing import Any

import pytest

from metapixel_cli.review.evaluation.review import FindingKind, Review
from metapixel_cli.review.rendering.comment import comment
from metapixel_cli.review.rendering.json_document import as_json
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from tests.cli.review.streams import (
    BOTH,
    LATER,
    PASSED,
    SECRET,
    UNKNOWN,
    Event,
    account,
    analysis,
    kept,
    renamed,
    reviewed,
    said,
    share,
    step,
    summary,
    violation,
)
from tests.conftest import Approve
from tests.support.digests import digests
from tests.support.example import PIXEL_2

TASKS: list[tuple[str, ...]] = [("ANALYZE",), ("UPLOAD",), BOTH]
INPUTS = {
    "expires_on": [PASSED, LATER],
    "reason": ["Contract 1", "Contract 2"],
    "resend": ["1", "2"],
    "on_existing": ["fail", "overwrite"],
}
MARKS = ("tasks_added_by_meta", "tasks_being_revoked")
REMARKS = (violation(), violation("advisory"), analysis("no-edit"), said("x", "warning"))
#: The findings that a hidden value cannot end.
KEPT = {FindingKind.WIDENING, FindingKind.UPDATE, FindingKind.UNEXPLAINED}


def a_share(random: Random, status: str | None = None) -> dict[str, Any]:
    inputs = {name: random.choice(some) for name, some in INPUTS.items() if random.random() < 0.6}
    returned = {"ACTIVE": TASKS, "UNCONFIRMED": [(), *TASKS]}.get(status or "", [()])
    return share(random.choice(TASKS), status=status, granted=random.choice(returned), **inputs)


def a_preview(random: Random) -> list[Event]:
    old, new = a_share(random, random.choice([*ShareStatus])), a_share(random)
    replaced = [step("create-replacement", old, new), step("delete-replaced", old)]
    alone: list[list[Event]] = [
        [step("update", old, new)],
        [step("same", old, {"inputs": old["inputs"], "outputs": {}})],
        [step("create", new=new)],
        [step("delete", old)],
    ]
    events = random.choice([*alone, renamed(old, new), replaced, replaced[::-1]])
    status = random.choice([*PermissionStatus]).value
    other = [account("same", status), account("create"), account("delete", status)]
    return [*events, *random.sample(other, random.randint(0, 1))]


def in_part(random: Random, whole: list[Event]) -> list[Event]:
    """Hide values, except ids, and recorded reasons: another reason explains more access."""
    events = deepcopy(whole)
    hidden = random.sample(["permitted_tasks", "granted_tasks", *INPUTS], 2)
    sides = random.choice([["old"], ["new"], ["old", "new"]])
    for event in events:
        operation: Any = event["resourcePreEvent"]
        for side in sides:
            state = operation["metadata"][side] or {"inputs": {}, "outputs": {}}
            for properties, name in product((state["inputs"], state["outputs"]), hidden):
                if name in properties and (side, name) != ("old", "reason"):
                    properties[name] = random.choice([SECRET, UNKNOWN])
    return events


def gives_anew(found: Review) -> bool:
    return any(change.widens and change.is_declared_anew for change in found.changes)


@pytest.mark.parametrize("seed", range(10))
def test_a_value_that_a_preview_hides_ends_no_finding(seed: int) -> None:
    random = Random(seed)
    for _ in range(100):
        events = a_preview(random)
        whole, part = reviewed(*events), reviewed(*in_part(random, events))

        assert {*whole.findings} & KEPT <= {*part.findings}
        assert gives_anew(part) or not gives_anew(whole)
        assert sum(each.undone for each in part.changes) <= sum(e.undone for e in whole.changes)


def test_what_is_said_about_any_preview_stays_as_it_is(approve: Approve) -> None:
    def told(random: Random) -> str:
        old, found = (a_share(random, random.choice([*ShareStatus])) for _ in range(2))
        marked = random.choice([old, found])
        marked["outputs"] |= {random.choice(MARKS): ["ADVERTISE"], "pending_request_id": "77"}
        drift = [step("refresh", old, found), step("update", found, a_share(random))]
        second = kept(found) if random.random() < 0.5 else found
        removed = [step("delete", old), step("delete", second, name="second")]
        other = step("create", new=share(random.choice(TASKS), pixel=PIXEL_2), name="other")
        plans = [drift, removed, [*removed, other], in_part(random, a_preview(random))]
        events = random.choice([a_preview(random), *plans])
        events += random.sample(REMARKS, random.choice([0, 0, 1, 2]))
        end = summary(random.choice(["succeeded", "failed"]), PolicyPacks={"metapixel": "1.0"})
        review = reviewed(*events, end=random.choice([None, end]))
        return comment(review, 60_000) + as_json(review)

    approve("review-any.txt", digests(told, groups=50))
