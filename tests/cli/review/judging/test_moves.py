"""Resources that a program renames or puts into a component, with an alias."""

from __future__ import annotations

from metapixel_cli.review.judging.effects import Effect
from metapixel_cli.review.judging.review import Status
from tests.cli.review.streams import (
    active,
    moved,
    placed,
    reviewed,
    share,
    step,
    urn,
)
from tests.support.example import HARBOUR, PIXEL_2


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
    assert (found.basis.read, found.basis.resources) == (1, 1)
