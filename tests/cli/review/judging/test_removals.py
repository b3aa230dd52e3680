"""Removals: of shares whose end date has passed, and of a large part of a stack."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from metapixel_cli.review.judging.change import Change, Effect
from metapixel_cli.review.judging.removals import Count
from metapixel_cli.review.judging.review import Finding, Review, review
from metapixel_cli.review.reading.output import read
from tests.cli.review.streams import (
    SECRET,
    Event,
    active,
    moved,
    pending,
    permission,
    said,
    share,
    step,
    stream,
    summary,
)
from tests.support.example import PIXEL, PIXEL_2

TODAY = date(2026, 11, 26)
PASSED, LAST = "2026-11-25", "2026-11-26"
PERMISSION = "PixelAdAccountPermission"


def reviewed(*events: Event, end: Event | None = None) -> Review:
    return review(read(stream(*events, end=end)), today=TODAY)


def only(*events: Event) -> Change:
    (change,) = reviewed(*events).changes
    return change


def removed(number: int, first: int = 0, expires_on: str = "") -> list[Event]:
    """The removal of shares of pixels that are numbered from `first`."""
    return [
        step("delete", active(pixel=str(pixel), expires_on=expires_on), name=str(pixel))
        for pixel in range(first, first + number)
    ]


def unchanged(number: int) -> list[Event]:
    return [
        step("same", active(pixel=f"9{pixel}"), share(pixel=f"9{pixel}"), name=f"9{pixel}")
        for pixel in range(number)
    ]


def is_mass_removal(*events: Event) -> bool:
    return Finding.MASS_REMOVAL in reviewed(*events).findings


def test_a_share_that_is_removed_after_its_last_day_has_ended_as_declared() -> None:
    change = only(step("delete", active(expires_on=PASSED)))

    assert (change.effect, change.ended_on) == (Effect.ENDED, PASSED)
    assert (change.removes, change.narrows) == (True, True)


@pytest.mark.parametrize("day", [LAST, "", SECRET])
def test_a_share_that_is_removed_before_its_end_is_an_ordinary_removal(day: object) -> None:
    assert only(step("delete", active(expires_on=day))).effect is Effect.REMOVED


def test_the_ad_accounts_of_a_share_end_with_it() -> None:
    found = reviewed(
        step("delete", active(expires_on=PASSED)),
        step("delete", permission(status="ACTIVE"), kind=PERMISSION, name="ads"),
    )

    assert [change.effect for change in found.changes] == [Effect.ENDED, Effect.ENDED]


def test_an_ad_account_of_a_share_that_stays_does_not_end_as_declared() -> None:
    old = active(expires_on=PASSED)
    change = only(
        step("same", old, old),
        step("delete", permission(status="ACTIVE"), kind=PERMISSION, name="ads"),
    )

    assert (change.effect, change.ended_on) == (Effect.REMOVED, "")


def test_a_renamed_share_whose_end_date_has_passed_has_not_ended() -> None:
    found = reviewed(
        step("create", new=share(expires_on=PASSED), name="new"),
        step("delete", active(expires_on=PASSED), name="old"),
    )

    assert (found.changes, found.shares) == ((), Count(managed=1, removed=(), apart=0))


def test_an_open_request_that_is_withdrawn_after_the_end_date_has_the_date_in_a_note() -> None:
    change = only(step("delete", pending(expires_on=PASSED)))

    assert (change.effect, change.narrows) == (Effect.WITHDRAWN, False)
    assert change.notes == (f"the end date {PASSED} has passed",)


@pytest.mark.parametrize(
    ("gone", "stays", "found"),
    [
        (3, 8, True),
        (3, 9, False),
        (2, 2, False),
        (1, 1, False),
        (1, 0, False),
        (2, 0, True),
        (3, 0, True),
    ],
)
def test_a_mass_removal_is_more_than_a_quarter_and_three_shares_or_all(
    gone: int, stays: int, found: bool
) -> None:
    assert is_mass_removal(*removed(gone), *unchanged(stays)) is found


def test_removals_by_date_are_not_part_of_a_mass_removal() -> None:
    ended = removed(9, expires_on=PASSED)

    assert not is_mass_removal(*ended)
    assert not is_mass_removal(*ended, *removed(2, first=10), *unchanged(1))
    assert is_mass_removal(*ended, *removed(2, first=10))
    assert is_mass_removal(*ended, *removed(4, first=10))


def test_moves_and_renames_are_not_part_of_a_mass_removal() -> None:
    moves = [
        moved("same", active(pixel=str(n)), share(pixel=str(n)), old_name=f"{n}", name=f"{n}a")
        for n in range(5)
    ]
    renamed = [step("create", new=share(pixel=str(n)), name=f"{n}b") for n in range(5, 9)]

    found = reviewed(*moves, *renamed, *removed(4, first=5))
    assert found.shares == Count(managed=9, removed=(), apart=0)


def test_kept_shares_are_not_part_of_a_mass_removal() -> None:
    kept = [
        step("delete", active(pixel=str(n)) | {"retainOnDelete": True}, name=str(n))
        for n in range(3)
    ]

    assert reviewed(*kept).shares == Count(managed=3, removed=(), apart=0)


def test_a_share_that_is_replaced_by_one_of_another_pixel_is_removed() -> None:
    found = reviewed(step("replace", active(), share(pixel=PIXEL_2)))

    assert found.shares == Count(managed=1, removed=("campaigns",), apart=0)


def test_shares_without_access_count_like_others() -> None:
    requests = [step("delete", pending(pixel=str(n)), name=str(n)) for n in range(3)]

    assert is_mass_removal(*requests)


def test_a_preview_that_lost_something_may_be_a_mass_removal() -> None:
    assert Finding.MASS_REMOVAL in reviewed({"oracleEvent": {}}).findings
    assert Finding.MASS_REMOVAL in reviewed(said("no"), end=summary("failed")).findings
    cut_off = review(read(stream(*unchanged(1))[:-60]))
    assert Finding.MASS_REMOVAL in cut_off.findings
    assert Finding.MASS_REMOVAL not in reviewed(*unchanged(1)).findings


def accounts(
    number: int, op: str = "delete", first: int = 0, state: Mapping[str, object] | None = None
) -> list[Event]:
    """Permissions of ad accounts that are numbered from `first`."""
    return [
        step(
            op,
            {**permission(str(account), status="ACTIVE"), **(state or {})},
            permission(str(account)) if op == "same" else None,
            kind=PERMISSION,
            name=f"p{account}",
        )
        for account in range(first, first + number)
    ]


SHARE_STAYS = step("same", active(), share())


@pytest.mark.parametrize(
    ("ends", "stays", "found"),
    [(3, 8, True), (3, 9, False), (2, 2, False), (1, 0, False), (2, 0, True), (40, 9, True)],
)
def test_permissions_of_shares_that_stay_count_like_shares(
    ends: int, stays: int, found: bool
) -> None:
    events = [*accounts(ends), *accounts(stays, "same", first=50)]

    assert is_mass_removal(SHARE_STAYS, *events) is found
    assert is_mass_removal(*events) is found


def test_shares_do_not_hide_the_removal_of_permissions_and_the_reverse() -> None:
    assert is_mass_removal(*unchanged(99), SHARE_STAYS, *accounts(3))
    assert is_mass_removal(*removed(3), *unchanged(5), SHARE_STAYS, *accounts(99, "same"))


def test_shares_and_permissions_count_together_too() -> None:
    stay = [*unchanged(1), SHARE_STAYS, *accounts(2, "same")]
    events = [*removed(2), *accounts(2, first=50)]

    assert is_mass_removal(*stay, *events)
    assert not is_mass_removal(*stay, *events[1:3])


def test_a_share_and_its_permissions_count_as_one_removal() -> None:
    one = step("delete", active(), name="one")
    found = reviewed(one, *accounts(10), *unchanged(1))

    assert found.mass_removals == ()
    assert found.shares == Count(managed=2, removed=("one",), apart=0)
    assert found.permissions == Count(managed=10, removed=(), apart=10)


def test_permissions_of_a_share_that_ends_on_its_day_count_apart() -> None:
    found = reviewed(step("delete", active(expires_on=PASSED)), *accounts(10))

    assert found.mass_removals == ()
    assert found.permissions == Count(managed=10, removed=(), apart=10)


def test_permissions_that_the_program_keeps_of_a_removed_share_count_with_the_share() -> None:
    found = reviewed(step("delete", active()), *accounts(3, "same"))

    assert found.permissions == Count(managed=3, removed=(), apart=3)


def test_permissions_that_wait_for_their_share_count_like_others() -> None:
    waits = {"outputs": {"status": "WAITING_FOR_SHARE"}}

    assert is_mass_removal(SHARE_STAYS, *accounts(3, state=waits))


def test_permissions_of_secret_accounts_count_one_by_one() -> None:
    secret = [
        step("delete", permission(SECRET, status="ACTIVE"), kind=PERMISSION, name=f"s{number}")
        for number in range(3)
    ]

    assert reviewed(SHARE_STAYS, *secret).permissions.removed == ("s0", "s1", "s2")


def test_permissions_that_stay_at_meta_are_no_removals() -> None:
    found = reviewed(SHARE_STAYS, *accounts(3, state={"retainOnDelete": True}))

    assert found.permissions == Count(managed=3, removed=(), apart=0)
    assert found.mass_removals == ()


def test_permissions_that_move_or_have_a_new_name_are_no_removals() -> None:
    moves = [
        moved(
            "same",
            permission(str(n), status="ACTIVE"),
            permission(str(n)),
            old_name=f"{n}",
            name=f"{n}a",
            kind=PERMISSION,
        )
        for n in range(5)
    ]
    renamed = [
        step("create", new=permission(str(n)), kind=PERMISSION, name=f"new{n}") for n in range(5, 9)
    ]
    for events in ([*moves, *renamed, *accounts(4, first=5)], [*accounts(4, first=5), *renamed]):
        assert reviewed(SHARE_STAYS, *events).permissions.removed == ()


@pytest.mark.parametrize("parts", [True, False])
def test_permissions_that_are_replaced_are_removed_only_if_the_account_or_the_pixel_differs(
    parts: bool,
) -> None:
    def replaced(number: int, account: str = "", pixel: str = PIXEL) -> list[Event]:
        old = permission(str(number), status="ACTIVE")
        new = permission(account or str(number), pixel=pixel)
        steps = {"create-replacement": new, "replace": new, "delete-replaced": None}
        return [
            step(op, old, after, kind=PERMISSION, name=f"p{number}")
            for op, after in steps.items()
            if parts or op == "replace"
        ]

    same = [event for n in range(3) for event in replaced(n)]
    others = [*replaced(3, account="30"), *replaced(4, pixel=PIXEL_2)]

    assert reviewed(SHARE_STAYS, *same).permissions == Count(managed=3, removed=(), apart=0)
    found = reviewed(SHARE_STAYS, *same, *others).permissions
    assert found == Count(managed=5, removed=("p3", "p4"), apart=0)


def test_permissions_move_with_their_share_to_another_pixel_as_one_removal() -> None:
    whole = step("replace", active(), share(pixel=PIXEL_2))
    permissions = [
        step(
            "replace",
            permission(str(n), status="ACTIVE"),
            permission(str(n), pixel=PIXEL_2),
            kind=PERMISSION,
            name=f"p{n}",
        )
        for n in range(3)
    ]
    found = reviewed(whole, *permissions, *unchanged(1))

    assert (found.shares.removed, found.permissions.removed) == (("campaigns",), ())
    assert found.mass_removals == ()
