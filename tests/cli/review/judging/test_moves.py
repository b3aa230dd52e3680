"""Resources that a program renames or puts into a component, with an alias."""

from __future__ import annotations

from metapixel_cli.review.judging.effects import Effect
from metapixel_cli.review.judging.review import Status
from tests.cli.review.streams import (
    active,
    moved,
    permission,
    placed,
    reviewed,
    share,
    step,
    urn,
)
from tests.support.example import HARBOUR, PIXEL_2

SHARE = "PixelAgencyShare"


def test_a_share_that_changes_its_component_keeps_its_urn_and_has_moved() -> None:
    name = urn(SHARE, "campaigns", component="spring")
    same = step(
        "same",
        placed(active(), name, "spring"),
        placed(share(), name, "summer"),
        component="summer",
    )

    (change,) = reviewed(same).moved
    places = change.moves[0]
    assert (places.before.component, places.after.component) == ("spring", "summer")


def test_a_moved_permission_is_listed() -> None:
    kind = "PixelAdAccountPermission"
    old = permission(status="ACTIVE")
    found = reviewed(moved("same", old, permission(), old_name="old", kind=kind))

    assert [change.moves[0].before.resource for change in found.moved] == ["old"]


def test_a_share_in_its_place_has_not_moved() -> None:
    name = urn(SHARE, "campaigns", component="spring")
    old, new = (placed(each, name, "spring") for each in (active(), share()))

    assert reviewed(step("same", old, new, component="spring")).moved == ()
    assert reviewed(step("same", active(), share())).moved == ()


def test_a_share_that_moves_to_another_name_and_pixel_is_named_once_in_each_row() -> None:
    old = placed(active(), urn(SHARE, "old"))
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
    assert (found.basis.read, found.basis.resources) == (1, 1)
