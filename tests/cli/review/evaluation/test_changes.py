"""Who gains or loses what, from the steps of a preview."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from metapixel_cli.review.evaluation.review import Finding, review
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
    only,
    pending,
    permission,
    placed,
    renamed,
    reviewed,
    said,
    share,
    step,
    stream,
    told,
    urn,
)
from tests.support.example import HARBOUR, PIXEL_2

SENT = share(BOTH, status="UNCONFIRMED", granted=[])
HALF = share(BOTH, status="UNCONFIRMED", granted=["ANALYZE"])
RETURNED = share(status="UNCONFIRMED")
UNAPPROVED = share(status="UNCONFIRMED", granted=[])
UNAPPROVED["outputs"]["requires_admin_approval"] = True  # type: ignore[index]
IMPLIED = active(granted=["ANALYZE", "UPLOAD"])
IMPLIED["outputs"]["tasks_added_by_meta"] = ["UPLOAD"]  # type: ignore[index]
INCLUDED = active(granted=BOTH)
INCLUDED["outputs"]["tasks_added_by_meta"] = ["ADVERTISE"]  # type: ignore[index]
REVOKED = share(status="UNCONFIRMED", granted=BOTH)
REVOKED["outputs"]["tasks_being_revoked"] = ["ADVERTISE"]  # type: ignore[index]
WITHOUT_TASKS = active() | {"outputs": {"status": "ACTIVE"}}
STRANGE = active(granted=["ANALYZE", "NEW_TASK"])
DECLINED = share(status="DECLINED", granted=[])
READ_ONLY = active() | {"external": True}
READ_ANOTHER = active(pixel=PIXEL_2) | {"external": True}
SOONER, LATEST = LATER, "2027-06-30"
SAME = step("same", active(), share())


def changed(old: dict[str, object], new: dict[str, object]) -> list[Event]:
    return [step("update", old, new)]


def replaced(old: dict[str, object], new: dict[str, object]) -> list[Event]:
    return [
        step("create-replacement", old, new),
        step("replace", old, new),
        step("delete-replaced", old),
    ]


def in_components(old: str, new: str) -> list[Event]:
    """A share in a component, whose URN has only the type of the component."""
    name = urn("PixelAgencyShare", "campaigns", component=new)
    states = placed(active(), name, old), placed(share(), name, new)
    return [step("same", *states, component=new)]


OTHER_PIXEL = share(pixel=PIXEL_2)
INCREASED = active(granted=BOTH, expires_on=SOONER)
MORE_BY_HAND = step("refresh", active(expires_on=SOONER), INCREASED)
CONTRACT = active(reason="Contract 1")
SECRET_TASKS = share(SECRET, status="ACTIVE", granted=BOTH)
PERMITTED = permission(status="ACTIVE")
EXTENDED = "widened: share widened +ADVERTISE"
CREATED = "widened: share widened +ANALYZE"
SHARES: list[tuple[list[Event], str]] = [
    (
        changed(active(("UPLOAD",)), share()),
        "widened-and-narrowed: share gains-and-loses +ANALYZE -UPLOAD unexplained",
    ),
    # Of the declared tasks, Meta returned one.
    (changed(active(BOTH, granted=["ANALYZE"]), share(BOTH)), "widened: share widened +ADVERTISE"),
    # Meta adds tasks by itself, among them tasks that this version does not know.
    (changed(IMPLIED, share(BOTH)), "widened: share widened +ADVERTISE unexplained"),
    (changed(active(granted=["ANALYZE", "AA_ANALYZE"]), share()), "unchanged"),
    (changed(STRANGE, share(reason="Contract")), "unchanged"),
    (renamed(STRANGE, share()), "unchanged"),
    (renamed(INCLUDED, share()), "unchanged"),
    ([step("refresh", active(), STRANGE)], "unchanged"),
    ([step("delete", STRANGE)], "narrowed: share removed -ANALYZE -NEW_TASK"),
    # No read has confirmed the share.
    (
        changed(SENT, share()),
        "widened-and-narrowed: share gains-and-loses +ANALYZE -ADVERTISE may-wait-already",
    ),
    (changed(HALF, share(BOTH)), "widened: share widened +ADVERTISE may-wait-already"),
    (changed(RETURNED, share()), "unchanged: open: share unchanged may-wait-already"),
    (changed(UNAPPROVED, share(resend="2")), "widened: share widened +ANALYZE may-wait-already"),
    (changed(UNAPPROVED, share(reason="new")), "unchanged: open: share unchanged may-wait-already"),
    ([step("same", UNAPPROVED, share())], "unchanged: open: share unchanged may-wait-already"),
    (renamed(UNAPPROVED, share()), "widened: share widened +ANALYZE may-wait-already"),
    (
        changed(share(SECRET, status="UNCONFIRMED", granted=[]), share()),
        "unknown: share unknown +ANALYZE may-wait-already unexplained",
    ),
    # A task was revoked, and no read has confirmed that.
    (changed(REVOKED, share()), "other-changes: share may-be-completed"),
    (changed(REVOKED, share(BOTH)), "widened: share widened +ADVERTISE unexplained"),
    ([ends(SECRET, SECRET)], "unknown: share unknown"),
    ([ends(SECRET, PASSED)], "unknown: share unknown"),
    # The new name adopts the share, with its end date or its tasks.
    (
        renamed(kept(active(expires_on=SOONER)), share(expires_on=LATEST)),
        "end-dates: share later-end-date",
    ),
    (
        renamed(kept(active(BOTH)), share(on_existing="overwrite")),
        "narrowed: share narrowed -ADVERTISE",
    ),
    *[
        (
            events,
            "widened-and-narrowed: share widened +ANALYZE may-be-needed; share removed -ANALYZE",
        )
        for events in (replaced(active(), OTHER_PIXEL), replaced(active(), OTHER_PIXEL)[:2])
    ],
    (
        [step("replace", kept(active()), OTHER_PIXEL)],
        "widened: share widened +ANALYZE may-be-needed; share no-longer-managed",
    ),
    # Two records of one share, of which the update deletes one.
    *[
        (
            [step("delete", kept(active()), name="kept"), step("delete", active())][::turn],
            "narrowed: share removed -ANALYZE",
        )
        for turn in (1, -1)
    ],
    ([step("delete", kept(SENT))], "other-changes: share no-longer-managed may-wait-already"),
    ([step("delete", kept(DECLINED))], "other-changes: share removed-without-access"),
    *[
        (
            [step(op, old, share(), name="new"), step("delete", kept(active()), name="old")],
            "unchanged",
        )
        for op, old in (("import", None), ("update", active()))
    ],
    *[
        ([step(op, active(), active())], "unchanged")
        for op in ("read-replacement", "discard", "discard-replaced")
    ],
    # `.get()` of a managed share, and of one that was only read before.
    ([step("read", active(), READ_ONLY)], "other-changes: share no-longer-managed"),
    ([step("read", READ_ONLY, READ_ONLY)], "unchanged"),
    # `.get()` of another share under the name of a managed one, and a share that becomes managed.
    (
        [
            step("read-replacement", active(), READ_ANOTHER),
            step("replace", active(), READ_ANOTHER),
            step("delete-replaced", active()),
        ],
        "narrowed: share removed -ANALYZE",
    ),
    (
        [step("create-replacement", READ_ONLY, share()), step("replace", READ_ONLY, share())],
        "widened: share widened +ANALYZE may-be-needed",
    ),
    # What was given by hand, or accepted, is not undone by a removal of the share, or of a task.
    (
        [step("refresh", DECLINED, active()), step("delete", active())],
        "narrowed: share removed -ANALYZE; drift: share widened +ANALYZE",
    ),
    (
        [step("refresh", pending(), active()), *changed(active(), share(("UPLOAD",)))],
        "widened-and-narrowed: share gains-and-loses +UPLOAD -ANALYZE unexplained; "
        "drift: share widened +ANALYZE",
    ),
    ([step("refresh", pending(), pending(request=""))], "unchanged"),
    # An import finds what Meta has. If the program declares other tasks, an update follows.
    ([step("import", new=share())], "unchanged"),
    (
        [step("import", new=share(BOTH)), step("update", active(), share(BOTH))],
        "widened: share widened +ADVERTISE unexplained",
    ),
    (
        [
            step("import-replacement", active(), OTHER_PIXEL),
            *replaced(active(), OTHER_PIXEL)[1:],
        ],
        "narrowed: share removed -ANALYZE; share may-be-completed",
    ),
    ([step("delete", WITHOUT_TASKS)], "unknown: share removed"),
    # Only another admin can refuse the share, and Meta has nothing to remove.
    ([step("delete", UNAPPROVED)], "refused: share refused -ANALYZE removes"),
    (
        renamed(active(), share(on_existing=SECRET)),
        "unknown: share unknown",
    ),
    (
        [ends(SOONER, LATEST), step("delete", active(pixel=PIXEL_2, agency=HARBOUR), name="2")],
        "widened-and-narrowed: share removed -ANALYZE; share later-end-date",
    ),
    (
        [ends(LATEST, SOONER), step("create", new=share(pixel=PIXEL_2), name="2")],
        "widened-and-narrowed: share widened +ANALYZE may-be-needed; share earlier-end-date",
    ),
    # An open request.
    (changed(pending(), share(BOTH)), "widened: share widened +ADVERTISE needed unexplained"),
    (
        changed(pending(), share(expires_on=LATER)),
        "end-dates: share earlier-end-date waits-already",
    ),
    (
        [step("same", pending(), share()), account("create")],
        "widened: account widened +ADVERTISE; open: share unchanged waits-already 77",
    ),
    (
        [step("same", pending(expires_on=PASSED), share(expires_on=PASSED))],
        "unchanged: open: share unchanged waits-already 77",
    ),
    (
        [step("refresh", pending(request="77"), pending(request="88"))],
        "unchanged: drift: share unchanged",
    ),
    # The last write may have sent the tasks of the second record.
    (
        [step("same", pending(BOTH), share(BOTH)), step("delete", pending(), name="old")],
        "other-changes: share request-changed needed",
    ),
    (
        [
            step("create", new=share(resend="2")),
            step("delete", pending(), name="a"),
            step("delete", active(), name="b"),
        ],
        "other-changes: share request-changed needed",
    ),
    # A hidden value leaves open whether the other tasks are requested.
    (
        changed(pending(BOTH, on_existing=SECRET), share()),
        "other-changes: share request-changed ~ADVERTISE waits-already",
    ),
    # Two secret values can differ.
    (
        changed(pending(resend=SECRET), share(resend=SECRET)),
        "other-changes: share may-be-completed may-be-asked-again",
    ),
    *[
        (
            changed(share(status="DECLINED", granted=[], resend=old), share(resend=new)),
            "unknown: share unknown +ANALYZE may-be-asked-again",
        )
        for old, new in ((SECRET, SECRET), (SECRET, "2"), ("1", UNKNOWN))
    ],
    # A new task needs a new reason.
    *[
        (changed(old, share(BOTH, reason=reason)), f"{EXTENDED} unexplained")
        for reason in (None, SECRET, UNKNOWN)
        for old in (active(), CONTRACT, active(reason=SECRET))
    ],
    (changed(CONTRACT, share(BOTH, reason="Contract 1")), f"{EXTENDED} unexplained"),
    (
        renamed(CONTRACT, share(BOTH, reason="Contract 1", on_existing="overwrite")),
        f"{EXTENDED} unexplained",
    ),
    (changed(CONTRACT, share(BOTH, reason="Contract 2")), EXTENDED),
    (changed(active(reason=SECRET), share(BOTH, reason="Contract 2")), EXTENDED),
    ([step("create", new=share()), account("same", "ACTIVE")], f"{CREATED} may-be-needed"),
    ([step("same", SECRET_TASKS, share(SECRET))], "unchanged"),
    (
        [
            step("refresh", active(BOTH, reason="Contract 1"), CONTRACT),
            *changed(CONTRACT, share(BOTH, reason="Contract 1")),
        ],
        f"{EXTENDED} undone; drift: share narrowed -ADVERTISE undone",
    ),
    # An update that also makes the end earlier does more than undo. An adopted change stays.
    (
        [
            MORE_BY_HAND,
            step("refresh", active(), active(), name="old"),
            *changed(INCREASED, share(expires_on=SOONER)),
            step("delete", active(), name="old"),
        ],
        "narrowed: share narrowed -ADVERTISE; drift: share widened +ADVERTISE undone",
    ),
    (
        [MORE_BY_HAND, *changed(INCREASED, share(BOTH, expires_on=SOONER))],
        "unchanged: drift: share widened +ADVERTISE",
    ),
    # One of two records declared a task that Meta added to the other.
    (
        [step("same", INCLUDED, share()), step("delete", active(BOTH), name="old")],
        "narrowed: share narrowed -ADVERTISE",
    ),
    # An alias gives a resource another name or another component.
    ([moved("same", active(), share(), old_name="old")], "unchanged: moved: old > campaigns"),
    (
        [moved("same", PERMITTED, permission(), old_name="old", kind=PERMISSION)],
        "unchanged: moved: old > campaigns",
    ),
    (
        in_components("spring", "summer"),
        "unchanged: moved: campaigns in spring (shop:index:Group) > "
        "campaigns in summer (shop:index:Group)",
    ),
    (in_components("spring", "spring"), "unchanged"),
    (changed(WITHOUT_TASKS, share(UNKNOWN)), "unknown: share unknown unexplained"),
]


@pytest.mark.parametrize(("events", "found"), SHARES)
def test_each_change_of_a_share_has_one_verdict(events: list[Event], found: str) -> None:
    assert told(*events) == found


@pytest.mark.parametrize("hidden", [UNKNOWN, SECRET])
def test_a_hidden_input_of_a_new_share_is_unknown(hidden: object) -> None:
    tasks, one = share(hidden), share(["ANALYZE", hidden])
    for new in (tasks, one, share(agency=hidden), share(pixel=hidden)):
        assert told(step("create", new=new)).startswith("unknown: share unknown")


def test_a_change_that_may_be_a_gain_or_a_loss_has_its_findings() -> None:
    unknown = reviewed(step("create", new=share(UNKNOWN)))
    removed = reviewed(account("delete", "ACTIVE", SECRET))
    drifted = reviewed(step("refresh", pending(request="77"), pending(request="88")))

    assert {*unknown.findings} >= {Finding.UNKNOWN, Finding.WIDENING}
    assert {*removed.findings} >= {Finding.UNKNOWN, Finding.NARROWING}
    assert Finding.DRIFT in drifted.findings
    assert drifted.drift[0].notes == ("sharing request 88 replaced sharing request 77",)


def test_permissions_that_could_not_be_read_may_have_changed() -> None:
    refused = reviewed(SAME, said(f"{NOT_READ} of business 1", "warning"))

    assert (refused.complete, refused.findings) == (True, (Finding.DRIFT,))


def test_a_last_day_that_has_passed_shortens_nothing_and_can_be_extended() -> None:
    shorter, longer = ends(LATEST, SOONER), ends(SOONER, LATEST)
    after = date(2027, 2, 1)

    assert told(shorter, today=date(2027, 1, 31)) == "end-dates: share earlier-end-date"
    assert told(shorter, today=after) == "end-dates: share earlier-end-date"
    assert Finding.NARROWING not in reviewed(shorter, today=after).findings
    (change,) = reviewed(longer, today=after).changes
    assert (change.overdue, change.was_overdue) == (False, True)
    assert Finding.WIDENING not in reviewed(ends("2026-11-01", PASSED)).findings


def test_the_day_of_the_preview_counts_as_today() -> None:
    old = active(expires_on=TODAY.isoformat())
    data = stream(step("same", old, old))
    last = datetime(TODAY.year, TODAY.month, TODAY.day, 23, tzinfo=UTC)
    for day, overdue in ((last, 0), (last + timedelta(hours=1), 1)):
        begun = f'"sequence": 0, "timestamp": {day.timestamp():.0f}'.encode()
        found = review(read(data.replace(b'"sequence": 0', begun)))
        assert len(found.overdue) == overdue


@pytest.mark.parametrize(
    ("tasks", "remains"), [(("ANALYZE",), True), (("UPLOAD",), False)], ids=["included", "other"]
)
def test_a_revoked_task_that_a_declared_task_includes_may_remain(
    tasks: tuple[str, ...], remains: bool
) -> None:
    change = only(*changed(active(granted=BOTH), share(tasks)))

    note = "Meta may still return ADVERTISE, which another declared task includes"
    assert (note in change.notes) is remains
