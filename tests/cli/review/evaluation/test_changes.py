"""Who gains or loses what, from the steps of a preview."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from metapixel_cli.review.evaluation.review import FindingKind, review
from metapixel_cli.review.reading.output import read
from metapixel_provider.sharing.permission.permission_notices import NOT_READ
from tests.cli.review.streams import (
    BOTH,
    LATER,
    PASSED,
    PERMISSION,
    SECRET,
    TODAY,
    UNKNOWN,
    Event,
    account,
    active,
    ends,
    kept,
    moved,
    pending,
    permission,
    placed,
    renamed,
    replaced,
    reviewed,
    said,
    share,
    step,
    stream,
    told,
    urn,
    verdicts,
)
from tests.conftest import Approve
from tests.support.example import HARBOUR, PIXEL_2

SENT = share(BOTH, status="UNCONFIRMED", granted=[])
HALF = share(BOTH, status="UNCONFIRMED", granted=["ANALYZE"])
RETURNED = share(status="UNCONFIRMED")
UNAPPROVED = share(status="UNCONFIRMED", granted=[], requires_admin_approval=True)
IMPLIED = active(granted=["ANALYZE", "UPLOAD"], tasks_added_by_meta=["UPLOAD"])
INCLUDED = active(granted=BOTH, tasks_added_by_meta=["ADVERTISE"])
REVOKED = share(status="UNCONFIRMED", granted=BOTH, tasks_being_revoked=["ADVERTISE"])
WITHOUT_TASKS = active() | {"outputs": {"status": "ACTIVE"}}
STRANGE = active(granted=["ANALYZE", "NEW_TASK"])
DECLINED = share(status="DECLINED", granted=[])
READ_ONLY = active() | {"external": True}
READ_ANOTHER = active(pixel=PIXEL_2) | {"external": True}
SOONER, LATEST = LATER, "2027-06-30"
SAME = step("same", active(), share())


def changed(old: dict[str, object], new: dict[str, object]) -> list[Event]:
    return [step("update", old, new)]


def in_component(new: str) -> list[Event]:
    """A share that was in a component, whose URN has only the type of the component."""
    name = urn("PixelAgencyShare", "campaigns", component=new)
    states = placed(active(), name, "spring"), placed(share(), name, new)
    return [step("same", *states, component=new)]


OTHER_PIXEL = share(pixel=PIXEL_2)
ANOTHER = active(BOTH, granted=("ANALYZE", "UPLOAD"))
INCREASED = active(granted=BOTH, expires_on=SOONER)
MORE_BY_HAND = step("refresh", active(expires_on=SOONER), INCREASED)
CONTRACT = active(reason="Contract 1")
REASONS = {"none": active(), "one": CONTRACT, "a secret one": active(reason=SECRET)}
PERMITTED = permission(status="ACTIVE")
TWO_RECORDS = [step("delete", kept(active()), name="kept"), step("delete", active())]
#: What Meta returned, and what the program declares.
TASKS: dict[str, list[Event]] = {
    "one task for another": changed(active(("UPLOAD",)), share()),
    "a declared task not returned": changed(active(BOTH, granted=["ANALYZE"]), share(BOTH)),
    "a task added by Meta": changed(IMPLIED, share(BOTH)),
    "an AA task": changed(active(granted=["ANALYZE", "AA_ANALYZE"]), share()),
    "a new task of Meta": changed(STRANGE, share(reason="Contract")),
    "a new task of Meta, renamed": renamed(STRANGE, share()),
    "a new task of Meta, found": [step("refresh", active(), STRANGE)],
    "a new task of Meta, removed": [step("delete", STRANGE)],
    "a new task of Meta, ended by hand": [step("refresh", STRANGE, None)],
    "an included task, renamed": renamed(INCLUDED, share()),
    "an included task that a second record declared": [
        step("same", INCLUDED, share()),
        step("delete", active(BOTH), name="old"),
        step("delete", INCLUDED, name="older"),
    ],
    "no task in the state": changed(WITHOUT_TASKS, share(UNKNOWN)),
    "no task in the state, removed": [step("delete", WITHOUT_TASKS)],
    "less by hand, secret id": [step("refresh", active(BOTH, agency=SECRET), active())],
    "secret ids": [step("same", share(SECRET, status="ACTIVE", granted=BOTH), share(SECRET))],
    **{
        f"another task, {name}": changed(old, share(BOTH, reason=reason))
        for name, old, reason in [
            *((f"no reason after {had}", old, None) for had, old in REASONS.items()),
            *((f"a secret reason after {had}", old, SECRET) for had, old in REASONS.items()),
            *((f"an unknown reason after {had}", old, UNKNOWN) for had, old in REASONS.items()),
            ("the same reason", CONTRACT, "Contract 1"),
            ("another reason", CONTRACT, "Contract 2"),
            ("a reason after a secret one", active(reason=SECRET), "Contract 2"),
        ]
    },
    "another task, the same reason, renamed": renamed(
        CONTRACT, share(BOTH, reason="Contract 1", on_existing="overwrite")
    ),
    "another task, only one of two declarations with another reason": [
        *changed(CONTRACT, share(reason="Contract 2")),
        step("create", new=share(BOTH, reason="Contract 1"), name="second"),
    ],
}
#: Shares that no read has confirmed, and requests of which the agency or an admin has to decide.
OPEN: dict[str, list[Event]] = {
    "sent, other tasks": changed(SENT, share()),
    "sent, kept": [step("delete", kept(SENT))],
    "half returned": changed(HALF, share(BOTH)),
    "returned": changed(RETURNED, share()),
    "not approved, sent again": changed(UNAPPROVED, share(resend="2")),
    "not approved, another reason": changed(UNAPPROVED, share(reason="new")),
    "not approved, untouched": [step("same", UNAPPROVED, share())],
    "not approved, renamed": renamed(UNAPPROVED, share()),
    # Only another admin can refuse the share, and Meta has nothing to remove.
    "not approved, removed": [step("delete", UNAPPROVED)],
    "not approved, removed beside a new share of an unknown agency": [
        step("delete", UNAPPROVED),
        step("create", new=share(agency=UNKNOWN), name="new"),
    ],
    "sent, secret tasks": changed(share(SECRET, status="UNCONFIRMED", granted=[]), share()),
    # A task was revoked, and no read has confirmed that.
    "revoked": changed(REVOKED, share()),
    "revoked, given again": changed(REVOKED, share(BOTH)),
    "declined, kept": [step("delete", kept(DECLINED))],
    # What was given by hand, or accepted, is not undone by a removal of the share, or of a task.
    "declined, given by hand, removed": [
        step("refresh", DECLINED, active()),
        step("delete", active()),
    ],
    "accepted, other tasks": [
        step("refresh", pending(), active()),
        *changed(active(), share(("UPLOAD",))),
    ],
    "a request that Meta no longer lists": [step("refresh", pending(), pending(request=""))],
    "another request": [step("refresh", pending(request="77"), pending(request="88"))],
    "asked for more": changed(pending(), share(BOTH)),
    "asked, earlier end": changed(pending(), share(expires_on=LATER)),
    "asked, with an ad account": [step("same", pending(), share()), account("create")],
    "asked, after the end": [step("same", pending(expires_on=PASSED), share(expires_on=PASSED))],
    "two records, one half returned": [*changed(HALF, share(BOTH)), step("delete", SENT, name="2")],
    # The last write may have sent the tasks of the second record.
    "two records, one asked for less": [
        step("same", pending(BOTH), share(BOTH)),
        step("delete", pending(), name="old"),
    ],
    "three records, one sent again": [
        step("create", new=share(resend="2")),
        step("delete", pending(), name="a"),
        step("delete", active(), name="b"),
    ],
    "asked, perhaps not for more": changed(pending(BOTH, on_existing=SECRET), share()),
    "asked, two secret values of resend": changed(pending(resend=SECRET), share(resend=SECRET)),
    **{
        f"declined, {name}": changed(
            share(status="DECLINED", granted=[], resend=old), share(resend=new)
        )
        for name, old, new in [
            ("two secret values of resend", SECRET, SECRET),
            ("a secret value of resend", SECRET, "2"),
            ("an unknown value of resend", "1", UNKNOWN),
        ]
    },
}
#: The operations of the engine, several records of one share, and other names.
RECORDS: dict[str, list[Event]] = {
    "secret end dates": [ends(SECRET, SECRET)],
    "a secret end date": [ends(SECRET, PASSED)],
    "renamed, later end": renamed(kept(active(expires_on=SOONER)), share(expires_on=LATEST)),
    "renamed, fewer tasks": renamed(kept(active(BOTH)), share(on_existing="overwrite")),
    "renamed, secret on_existing": renamed(active(), share(on_existing=SECRET)),
    "declared twice, secret on_existing": [step("create", new=share(on_existing=SECRET)), SAME],
    "another pixel": replaced(active(), OTHER_PIXEL),
    "another pixel, before the deletion": replaced(active(), OTHER_PIXEL)[:2],
    "another pixel, kept": [step("replace", kept(active()), OTHER_PIXEL)],
    "one of two records kept": TWO_RECORDS,
    "one of two records kept, deleted first": TWO_RECORDS[::-1],
    **{
        f"{op} under a new name": [
            step(op, old, share(), name="new"),
            step("delete", kept(active()), name="old"),
        ]
        for op, old in (("import", None), ("update", active()))
    },
    **{
        op: [step(op, active(), active())]
        for op in ("read-replacement", "discard", "discard-replaced")
    },
    ".get() of a managed share": [step("read", active(), READ_ONLY)],
    ".get() of a share that was read": [step("read", READ_ONLY, READ_ONLY)],
    ".get() of another share": replaced(active(), READ_ANOTHER, "read-replacement"),
    "managed after .get()": replaced(READ_ONLY, share())[:2],
    # An import finds what Meta has. If the program declares other tasks, an update follows.
    "import": [step("import", new=share())],
    "import, more tasks": [step("import", new=share(BOTH)), *changed(active(), share(BOTH))],
    "import of another pixel": replaced(active(), OTHER_PIXEL, "import-replacement"),
    "later end, and another share removed": [
        ends(SOONER, LATEST),
        step("delete", active(pixel=PIXEL_2, agency=HARBOUR), name="2"),
    ],
    "earlier end, and another share": [
        ends(LATEST, SOONER),
        step("create", new=share(pixel=PIXEL_2), name="2"),
    ],
    "new, with an account that was permitted": [
        step("create", new=share()),
        account("same", "ACTIVE"),
    ],
    "fewer tasks by hand, undone": [
        step("refresh", active(BOTH, reason="Contract 1"), CONTRACT),
        *changed(CONTRACT, share(BOTH, reason="Contract 1")),
    ],
    # The update fails.
    "fewer tasks by hand, and another name": [
        step("refresh", active(BOTH), active(), name="old"),
        *renamed(active(), share(BOTH)),
    ],
    # An update that also makes the end earlier does more than undo. An adopted change stays.
    "more tasks by hand, undone, of two records": [
        MORE_BY_HAND,
        step("refresh", active(), active(), name="old"),
        *changed(INCREASED, share(expires_on=SOONER)),
        step("delete", active(), name="old"),
    ],
    "more tasks by hand, undone, and a declared task that was not returned": [
        step("refresh", active(BOTH, granted=["ANALYZE"]), ANOTHER),
        *changed(ANOTHER, share(BOTH)),
    ],
    "more tasks by hand, adopted": [
        MORE_BY_HAND,
        *changed(INCREASED, share(BOTH, expires_on=SOONER)),
    ],
    "alias": [moved("same", active(), share(), old_name="old")],
    "alias of a permission": [
        moved("same", PERMITTED, permission(), old_name="old", kind=PERMISSION)
    ],
    "alias in another component": in_component("summer"),
    "in a component": in_component("spring"),
}


@pytest.mark.parametrize(
    ("name", "events"),
    [
        ("review-tasks.txt", TASKS),
        ("review-open-requests.txt", OPEN),
        ("review-operations.txt", RECORDS),
    ],
)
def test_each_change_of_a_share_has_one_verdict(
    name: str, events: dict[str, list[Event]], approve: Approve
) -> None:
    approve(name, verdicts(events))


@pytest.mark.parametrize("hidden", [UNKNOWN, SECRET])
def test_a_hidden_input_of_a_new_share_is_unknown(hidden: object) -> None:
    tasks, one = share(hidden), share(["ANALYZE", hidden])
    for new in (tasks, one, share(agency=hidden), share(pixel=hidden)):
        assert told(step("create", new=new)).startswith("unknown: share unknown")


def test_a_hidden_reason_of_one_of_two_declarations_is_unknown() -> None:
    for first, second in (("Contract", SECRET), (SECRET, "Contract")):
        declarations = [
            step("create", new=share(reason=first)),
            step("create", new=share(reason=second), name="second"),
        ]
        assert reviewed(*declarations).changes[0].after.reason is None


def test_a_change_that_may_be_a_gain_or_a_loss_has_its_findings() -> None:
    unknown = reviewed(step("create", new=share(UNKNOWN)))
    removed = reviewed(account("delete", "ACTIVE", SECRET))
    drifted = reviewed(step("refresh", pending(request="77"), pending(request="88")))

    assert {*unknown.findings} >= {FindingKind.UNKNOWN, FindingKind.WIDENING}
    assert {*removed.findings} >= {FindingKind.UNKNOWN, FindingKind.NARROWING}
    assert FindingKind.DRIFT in drifted.findings
    assert drifted.drift[0].notes == ("sharing request 88 replaced sharing request 77",)


def test_permissions_that_could_not_be_read_may_have_changed() -> None:
    refused = reviewed(SAME, said(f"{NOT_READ} of business 1", "warning"))

    assert (refused.complete, refused.findings) == (True, (FindingKind.DRIFT,))


def test_an_earlier_end_is_less_access_only_if_there_is_access_that_has_not_ended() -> None:
    shorter, longer = ends(LATEST, SOONER), ends(SOONER, LATEST)
    after = date(2027, 2, 1)

    assert told(shorter, today=after) == "end-dates: share earlier-end-date"
    assert FindingKind.NARROWING not in reviewed(shorter, today=after).findings
    assert FindingKind.NARROWING not in reviewed(*OPEN["asked, earlier end"]).findings
    (change,) = reviewed(longer, today=after).changes
    assert (change.is_overdue, change.was_overdue) == (False, True)
    assert FindingKind.WIDENING not in reviewed(ends("2026-11-01", PASSED)).findings


def test_the_day_of_the_preview_counts_as_today() -> None:
    old = active(expires_on=TODAY.isoformat())
    data = stream(step("same", old, old))
    last = datetime(TODAY.year, TODAY.month, TODAY.day, 23, tzinfo=UTC)
    for day, overdue in ((last, 0), (last + timedelta(hours=1), 1)):
        begun = f'"sequence": 0, "timestamp": {day.timestamp():.0f}'.encode()
        found = review(read(data.replace(b'"sequence": 0', begun)))
        assert len(found.overdue) == overdue
