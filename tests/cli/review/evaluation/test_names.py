"""Names of agencies and pixels from any resource that has them, and names in the program."""

from __future__ import annotations

from metapixel_cli.review.evaluation.review import Status
from metapixel_cli.review.evaluation.words import Effect
from tests.cli.review.streams import (
    UNKNOWN,
    active,
    moved,
    permission,
    placed,
    reviewed,
    share,
    step,
    urn,
)
from tests.support.example import HARBOUR, PIXEL, PIXEL_2


def test_names_come_from_any_resource_with_the_same_id_and_the_newest_counts() -> None:
    known = active(name="Old", pixel_name="Shop")
    elsewhere = active(agency=HARBOUR, pixel=PIXEL_2, name="Harbour", pixel_name="Outlet")
    found = reviewed(
        step("refresh", active(agency=HARBOUR), None, name="drifted"),
        step("update", known, active(("UPLOAD",), name="Northlight"), name="known"),
        step("delete", elsewhere, name="elsewhere"),
        step("create", new=share(pixel=PIXEL_2), name="new"),
        step("create", new=permission(business=HARBOUR), kind="PixelAdAccountPermission"),
    )

    assert {(each.agency_name, each.pixel_name) for each in (*found.changes, *found.drift)} == {
        ("Northlight", "Shop"),
        ("Northlight", "Outlet"),
        ("Harbour", "Shop"),
        ("Harbour", "Outlet"),
    }
    assert [each.agency_name for each in found.drift] == ["Harbour"]


def test_agencies_whose_ids_are_unknown_are_different_agencies() -> None:
    found = reviewed(
        step("create", new=share(agency=UNKNOWN, pixel=PIXEL), name="one"),
        step("create", new=share(agency=UNKNOWN, pixel=PIXEL_2), name="two"),
    )

    assert len({change.agency for change in found.changes}) == 2


def test_a_share_that_moves_to_another_name_and_pixel_is_named_once_in_each_row() -> None:
    old = placed(active(), urn("PixelAgencyShare", "old"))
    new = share(pixel=PIXEL_2, agency=HARBOUR)
    found = reviewed(
        step("create-replacement", old, new, name="new"),
        step("replace", old, new, name="new"),
        step("delete-replaced", old, name="old"),
    )

    assert {change.effect: change.resources for change in found.changes} == {
        Effect.WIDENED: ("new",),
        Effect.REMOVED: ("old",),
    }


def test_a_refresh_of_a_moved_share_is_no_gap_and_one_resource() -> None:
    found = reviewed(
        step("refresh", active(), active(), name="old"),
        moved("same", active(), share(), old_name="old", name="new"),
    )

    assert (found.gaps, found.status) == ((), Status.UNCHANGED)
    assert (found.read, found.resources) == (1, 1)
