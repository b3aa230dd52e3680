"""Resources that a program renames or puts into a component, with an alias."""

from __future__ import annotations

from metapixel_cli.review.judging.review import Review, Status, review
from metapixel_cli.review.reading.output import read
from tests.cli.review.streams import Event, active, moved, share, step, stream


def reviewed(*events: Event) -> Review:
    return review(read(stream(*events)))


def test_a_refresh_of_a_moved_share_is_no_gap_and_one_resource() -> None:
    found = reviewed(
        step("refresh", active(), active(), name="old"),
        moved("same", active(), share(), old_name="old", name="new"),
    )

    assert (found.gaps, found.status) == ((), Status.UNCHANGED)
    assert (found.basis.read, found.basis.resources) == (1, 1)
