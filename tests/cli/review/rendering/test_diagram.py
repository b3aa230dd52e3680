"""The picture in a comment."""

from __future__ import annotations

from metapixel_cli.review.judging.review import Review, review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.rendering.diagram import mermaid
from tests.cli.review.streams import (
    Event,
    active,
    permission,
    share,
    step,
    stream,
)
from tests.support.example import HARBOUR_ACCOUNT


def reviewed(*events: Event) -> Review:
    return review(read(stream(*events)))


def test_the_picture_marks_gains_and_losses() -> None:
    kind = "PixelAdAccountPermission"
    picture = mermaid(
        reviewed(
            step("update", active(name="Northlight"), share(("ANALYZE", "UPLOAD"))),
            step("create", new=permission(), kind=kind, name="ads"),
            step("delete", active(agency="3"), name="gone"),
        ).changes
    )

    assert picture is not None
    assert '-->|"ANALYZE<br/>+ UPLOAD"|' in picture
    assert '-->|"− ANALYZE"|' in picture
    assert f"ad account {HARBOUR_ACCOUNT}" in picture


def test_a_picture_nobody_could_read_is_not_drawn() -> None:
    steps = [step("create", new=share(pixel=str(n)), name=str(n)) for n in range(60)]

    assert mermaid(reviewed(*steps).changes) is None
