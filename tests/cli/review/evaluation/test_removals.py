"""Removals of a large part of a stack."""

from __future__ import annotations

import pytest

from metapixel_cli.review.evaluation.removals import Count, mass_removals
from metapixel_cli.review.evaluation.review import FindingKind, review
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

NONE = (0, 0)


def count(managed: int, gone: int, apart: int = 0) -> Count:
    return Count(managed, tuple(map(str, range(gone))), apart)


@pytest.mark.parametrize(
    ("shares", "permissions", "kinds"),
    [
        # At least 3 and over a quarter, or at least 2 and all.
        ((11, 3), NONE, ["shares"]),
        ((12, 3), NONE, []),
        ((4, 2), NONE, []),
        ((2, 1), NONE, []),
        ((2, 2), NONE, ["shares"]),
        (NONE, (2, 2), ["permissions"]),
        # Removals after the last day, and permissions that end with their shares.
        ((9, 0, 9), NONE, []),
        ((12, 2, 9), NONE, []),
        ((11, 2, 9), NONE, ["shares"]),
        ((2, 1), (10, 0, 10), []),
        ((1, 0, 1), (10, 0, 10), []),
        # Shares do not hide the removal of permissions, and the reverse.
        ((100, 0), (3, 3), ["permissions"]),
        # Both together.
        ((4, 2), (4, 2), ["shares and permissions"]),
        ((4, 1), (4, 1), []),
    ],
)
def test_a_mass_removal_is_more_than_a_quarter_or_all(
    shares: tuple[int, ...], permissions: tuple[int, ...], kinds: list[str]
) -> None:
    found = mass_removals(count(*shares), count(*permissions))

    assert [kind for kind, _ in found] == kinds


def removed(number: int, first: int = 0) -> list[Event]:
    """The removal of shares of pixels that are numbered from `first`."""
    pixels = map(str, range(first, first + number))
    return [step("delete", active(pixel=pixel), name=pixel) for pixel in pixels]


SHARE_STAYS = step("same", active(), share())
PAST = active(expires_on=PASSED)


def test_a_preview_that_failed_or_was_cut_off_may_be_a_mass_removal_and_a_gap_is_none() -> None:
    assert FindingKind.MASS_REMOVAL not in reviewed({"oracleEvent": {}}).findings
    assert FindingKind.MASS_REMOVAL in reviewed(said("no"), end=summary("failed")).findings
    cut_off = review(read(stream(SHARE_STAYS)[:-60]))
    assert FindingKind.MASS_REMOVAL in cut_off.findings
    assert FindingKind.MASS_REMOVAL in reviewed(*removed(3)).findings
    assert FindingKind.MASS_REMOVAL not in reviewed(SHARE_STAYS).findings


def accounts(number: int, op: str = "delete", first: int = 0, **options: object) -> list[Event]:
    """Permissions of ad accounts that are numbered from `first`."""
    numbers = map(str, range(first, first + number))
    return [account(op, "ACTIVE", each, name=f"p{each}", **options) for each in numbers]


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


#: Shares that an alias gives another name.
MOVES = [
    moved("same", active(pixel=n), share(pixel=n), old_name=n, name=f"{n}a")
    for n in map(str, range(5))
]
CREATED = [step("create", new=share(pixel=str(n)), name=f"{n}b") for n in range(5, 9)]
PERMITTED = [account("create", number=str(n), name=f"new{n}") for n in range(5, 9)]
DELETED = [step("delete", active(), name="one")]
RETAINED = [step("delete", kept(active(pixel=str(n))), name=str(n)) for n in range(3)]
OTHER_STAYS = step("same", active(pixel=PIXEL_2), share(pixel=PIXEL_2), name="other")
OTHER_PIXEL = step("replace", active(), share(pixel=PIXEL_2))
NOTHING = Count(managed=0, removed=(), apart=0)


@pytest.mark.parametrize(
    ("events", "shares", "permissions"),
    [
        ([*MOVES, *CREATED, *removed(4, first=5)], Count(9, (), 0), NOTHING),
        (RETAINED, Count(3, (), 0), NOTHING),
        # A share without access counts like others.
        ([step("delete", pending())], Count(1, ("campaigns",), 0), NOTHING),
        ([OTHER_PIXEL], Count(1, ("campaigns",), 0), NOTHING),
        # A permission that ends with its share is counted apart.
        ([*DELETED, *accounts(10), OTHER_STAYS], Count(2, ("one",), 0), Count(10, (), 10)),
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
        ([SHARE_STAYS, *accounts(3, kept=True)], Count(1, (), 0), Count(3, (), 0)),
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
