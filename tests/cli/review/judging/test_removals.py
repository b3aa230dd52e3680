"""Removals: of shares whose end date has passed, and of a large part of a stack."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from metapixel_cli.review.judging.removals import Count
from metapixel_cli.review.judging.review import Finding, review
from metapixel_cli.review.reading.output import read
from tests.cli.review.streams import (
    PASSED,
    PERMISSION,
    SECRET,
    Event,
    account,
    active,
    kept,
    moved,
    pending,
    permission,
    reviewed,
    said,
    share,
    step,
    stream,
    summary,
)
from tests.support.example import PIXEL, PIXEL_2


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


SHARE_STAYS = step("same", active(), share())
PAST = active(expires_on=PASSED)


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


def moves(numbers: range) -> list[Event]:
    """Shares that an alias gives another name."""
    return [
        moved("same", active(pixel=str(n)), share(pixel=str(n)), old_name=f"{n}", name=f"{n}a")
        for n in numbers
    ]


def moved_accounts(numbers: range) -> list[Event]:
    """Permissions that an alias gives another name."""
    states = {n: (permission(str(n), status="ACTIVE"), permission(str(n))) for n in numbers}
    return [
        moved("same", *both, old_name=f"{n}", name=f"{n}a", kind=PERMISSION)
        for n, both in states.items()
    ]


def replaced(
    number: int, account: str = "", pixel: str = PIXEL, parts: bool = False
) -> list[Event]:
    """A replacement of a permission, with the events of its parts or without them."""
    old = permission(str(number), status="ACTIVE")
    new = permission(account or str(number), pixel=pixel)
    steps = {"create-replacement": new, "replace": new, "delete-replaced": None}
    return [
        step(op, old, after, kind=PERMISSION, name=f"p{number}")
        for op, after in steps.items()
        if parts or op == "replace"
    ]


CREATED = [step("create", new=share(pixel=str(n)), name=f"{n}b") for n in range(5, 9)]
PERMITTED = [account("create", number=str(n), name=f"new{n}") for n in range(5, 9)]
DELETED = [step("delete", active(), name="one")]
RETAINED = [step("delete", kept(active(pixel=str(n))), name=str(n)) for n in range(3)]
OTHER_PIXEL = step("replace", active(), share(pixel=PIXEL_2))
NOTHING = Count(managed=0, removed=(), apart=0)


@pytest.mark.parametrize(
    ("events", "shares", "permissions"),
    [
        ([*moves(range(5)), *CREATED, *removed(4, first=5)], Count(9, (), 0), NOTHING),
        (RETAINED, Count(3, (), 0), NOTHING),
        ([OTHER_PIXEL], Count(1, ("campaigns",), 0), NOTHING),
        # A permission that ends with its share is counted apart.
        ([*DELETED, *accounts(10), *unchanged(1)], Count(2, ("one",), 0), Count(10, (), 10)),
        ([step("delete", PAST), *accounts(10)], Count(1, (), 1), Count(10, (), 10)),
        ([*DELETED, *accounts(3, "same")], Count(1, ("one",), 0), Count(3, (), 3)),
        (
            [OTHER_PIXEL, *(each for n in range(3) for each in replaced(n, pixel=PIXEL_2))],
            Count(1, ("campaigns",), 0),
            Count(3, (), 3),
        ),
        (
            [SHARE_STAYS, *(account("delete", "ACTIVE", SECRET, name=f"s{n}") for n in range(3))],
            Count(1, (), 0),
            Count(3, ("s0", "s1", "s2"), 0),
        ),
        (
            [SHARE_STAYS, *accounts(3, state={"retainOnDelete": True})],
            Count(1, (), 0),
            Count(3, (), 0),
        ),
        (
            [SHARE_STAYS, *moved_accounts(range(5)), *PERMITTED, *accounts(4, first=5)],
            Count(1, (), 0),
            Count(9, (), 0),
        ),
        ([SHARE_STAYS, *accounts(4, first=5), *PERMITTED], Count(1, (), 0), Count(4, (), 0)),
        *[
            (
                [
                    SHARE_STAYS,
                    *replaced(0, parts=parts),
                    *replaced(3, account="30", parts=parts),
                    *replaced(4, pixel=PIXEL_2, parts=parts),
                ],
                Count(1, (), 0),
                Count(3, ("p3", "p4"), 0),
            )
            for parts in (True, False)
        ],
    ],
)
def test_a_removal_is_counted_once_and_a_move_or_another_name_is_none(
    events: list[Event], shares: Count, permissions: Count
) -> None:
    found = reviewed(*events)

    assert (found.shares, found.permissions) == (shares, permissions)


def test_a_share_and_its_permissions_are_no_mass_removal() -> None:
    assert not is_mass_removal(*DELETED, *accounts(10), *unchanged(1))
    assert not is_mass_removal(step("delete", PAST), *accounts(10))


def test_permissions_that_wait_for_their_share_count_like_others() -> None:
    waits = {"outputs": {"status": "WAITING_FOR_SHARE"}}

    assert is_mass_removal(SHARE_STAYS, *accounts(3, state=waits))
