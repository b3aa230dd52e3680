"""What a review says about random previews stays as it is, also in combinations of no other test.

The other tests say what is right, and this one only notices a change: it approves a digest of the
comment and the JSON of every 20 previews.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from metapixel_cli.review.rendering.comment import comment
from metapixel_cli.review.rendering.json_document import as_json
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus, StandingStatus
from tests.cli.review import streams
from tests.cli.review.streams import BOTH, LAST, LATER, PASSED, SECRET, UNKNOWN, Event, share, step
from tests.support.digests import digests
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, PIXEL, PIXEL_2

NAMES = "abcde"
TASKS: Sequence[tuple[str, ...]] = (("ANALYZE",), ("UPLOAD",), BOTH, ("EDIT",), ("NEW_TASK",), ())
OPTIONS: dict[str, Sequence[object]] = {
    "expires_on": ("", PASSED, LAST, LATER, SECRET, UNKNOWN),
    "reason": ("", "Contract 1", "Contract 2", SECRET),
    "resend": ("", "1", UNKNOWN),
    "on_existing": ("", "overwrite", "fail", SECRET),
}
MARKS: Sequence[dict[str, object]] = (
    {},
    {"tasks_added_by_meta": ["ADVERTISE"]},
    {"tasks_being_revoked": ["UPLOAD"]},
    {"requires_admin_approval": True},
    {"granted_tasks": UNKNOWN},
)
FLAGS: Sequence[dict[str, object]] = ({}, {}, {"retainOnDelete": True}, {"external": True})


def any_options(random: Random) -> dict[str, Any]:
    chosen = {name: random.choice(["", "", *values]) for name, values in OPTIONS.items()}
    return {name: value for name, value in chosen.items() if value}


def any_share(random: Random, name: str) -> list[Event]:
    ids = {"pixel": random.choice([PIXEL, PIXEL_2]), "agency": random.choice([NORTHLIGHT, HARBOUR])}
    tasks, options = random.choice(TASKS), any_options(random)

    def recorded() -> dict[str, Any]:
        status, granted = random.choice(list(ShareStatus)), random.choice([tasks, *TASKS])
        request, asked = random.choice(["", "77"]), random.choice(["", "2026-11-20"])
        state: dict[str, Any] = share(
            tasks,
            status=status,
            granted=granted,
            request=request,
            requested_on=asked,
            **ids | options,
        )
        state["outputs"] |= random.choice(MARKS)
        return state

    old, found, same = recorded() | random.choice(FLAGS), recorded(), share(tasks, **ids | options)
    new_tasks = random.choice([tasks, tasks, *TASKS[:4], UNKNOWN, SECRET])
    new_ids = ids | random.choice([{}, {}, {"agency": UNKNOWN}])
    new = share(new_tasks, **new_ids | options | any_options(random))
    refresh = step("refresh", old, random.choice([found, None]), name=name)
    plans = {
        "create": [step("create", new=new, name=name)],
        "same": [step("same", old, same, name=name)],
        "read": [step("read", old, same, name=name)],
        "update": [step("update", old, new, name=name)],
        "delete": [step("delete", old, name=name)],
        "replace": [step(op, old, new, name=name, keys=["id"]) for op in ("replace", "delete")],
        "rename": [step("create", new=new, name=f"new-{name}"), step("delete", old, name=name)],
        "drift": [refresh, step(random.choice(["same", "update"]), found, new, name=name)],
        "drift, removed": [refresh, step("delete", found, name=name)],
    }
    return plans[random.choice([*plans, "update", "rename"])]


def any_permission(random: Random, name: str) -> list[Event]:
    old, now = (random.choice([None, *PermissionStatus]) for _ in range(2))
    op = random.choice(["create", "same", "update", "delete", "refresh"])
    number, kept = random.choice([HARBOUR_ACCOUNT, SECRET]), random.choice([False, True])
    return [streams.account(op, old, number, now=now, kept=kept, name=name)]


def any_answer(random: Random, name: str) -> list[Event]:
    if random.choice([True, False]):
        given = streams.answer(random.choice(["APPROVE", "DECLINE", UNKNOWN]))
        return [step("create", new=given, name=name, kind=streams.ANSWER)]
    before, after = (
        random.choice([{}, {"expires_on": LATER}, {"expires_on": PASSED}]) for _ in "ab"
    )
    old, new = (
        streams.standing(random.choice(list(StandingStatus)), **before),
        streams.standing(**after),
    )
    op = random.choice(["create", "same", "update", "delete"])
    return [step(op, old, new, name=name, kind=streams.STANDING)]


def any_remark(random: Random) -> Event:
    """A violation, a passed rule, a printed line, or a step of another package."""
    name, level = random.choice(NAMES), random.choice(["mandatory", "advisory"])
    return random.choice(
        [
            streams.violation(level, resource=name, exempt=random.choice(["", "Agreed"])),
            streams.analysis("no-edit", failed=random.choice([(), ("end-date",)]), resource=name),
            streams.said("Something", random.choice(["error", "warning", "info"])),
            streams.bucket("delete", retainOnDelete=random.choice([True, False])),
        ]
    )


def test_the_review_of_any_preview_stays_as_it_is(approve: Callable[[str, str], None]) -> None:
    def said(random: Random) -> str:
        events = [any_remark(random) for _ in range(random.choice([0, 0, 1, 2]))]
        for name in NAMES[: random.randint(1, 5)]:
            kinds = [any_share, any_share, any_share, any_permission, any_answer]
            events += random.choice(kinds)(random, name)
        packs: dict[str, object] = random.choice([{}, {}, {"metapixel": "1.0"}])
        end = streams.summary(random.choice(["succeeded", "failed"]), PolicyPacks=packs)
        found = streams.reviewed(*events, end=end)
        return comment(found, 60_000) + as_json(found)

    approve("review-any.txt", digests(said, groups=40))
