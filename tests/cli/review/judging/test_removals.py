"""Removals of shares: those whose end date has passed, and those of a large part of a stack."""

from __future__ import annotations

from datetime import date

import pytest

from metapixel_cli.review.judging.change import Change, Effect
from metapixel_cli.review.judging.review import Finding, Review, review
from metapixel_cli.review.judging.share_count import ShareCount
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
from tests.support.example import PIXEL_2

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
    change = only(
        step("delete", active(expires_on=PASSED)),
        step("delete", permission(status="ACTIVE"), kind=PERMISSION, name="ads"),
    )

    assert change.effect is Effect.ENDED


def test_an_ad_account_of_a_share_that_stays_does_not_end_as_declared() -> None:
    old = active(expires_on=PASSED)
    change = only(
        step("same", old, old),
        step("delete", permission(status="ACTIVE"), kind=PERMISSION, name="ads"),
    )

    assert (change.effect, change.ended_on) == (Effect.NARROWED, "")


def test_a_renamed_share_whose_end_date_has_passed_has_not_ended() -> None:
    found = reviewed(
        step("create", new=share(expires_on=PASSED), name="new"),
        step("delete", active(expires_on=PASSED), name="old"),
    )

    assert (found.changes, found.shares) == ((), ShareCount(managed=1, removed=0, ended=0))


def test_an_open_request_that_is_withdrawn_after_the_end_date_has_the_date_in_a_note() -> None:
    change = only(step("delete", pending(expires_on=PASSED)))

    assert change.effect is Effect.WITHDRAWN
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
    assert found.shares == ShareCount(managed=9, removed=0, ended=0)


def test_kept_shares_and_permissions_are_not_part_of_a_mass_removal() -> None:
    kept = [
        step("delete", active(pixel=str(n)) | {"retainOnDelete": True}, name=str(n))
        for n in range(3)
    ]
    permissions = [
        step("delete", permission(str(n), status="ACTIVE"), kind=PERMISSION, name=f"p{n}")
        for n in range(3)
    ]

    assert reviewed(*kept, *permissions).shares == ShareCount(managed=3, removed=0, ended=0)


def test_a_share_that_is_replaced_by_one_of_another_pixel_is_removed() -> None:
    found = reviewed(step("replace", active(), share(pixel=PIXEL_2)))

    assert found.shares == ShareCount(managed=1, removed=1, ended=0)


def test_shares_without_access_count_like_others() -> None:
    requests = [step("delete", pending(pixel=str(n)), name=str(n)) for n in range(3)]

    assert is_mass_removal(*requests)


def test_a_preview_that_lost_something_may_be_a_mass_removal() -> None:
    assert Finding.MASS_REMOVAL in reviewed({"oracleEvent": {}}).findings
    assert Finding.MASS_REMOVAL in reviewed(said("no"), end=summary("failed")).findings
    cut_off = review(read(stream(*unchanged(1))[:-60]))
    assert Finding.MASS_REMOVAL in cut_off.findings
    assert Finding.MASS_REMOVAL not in reviewed(*unchanged(1)).findings
