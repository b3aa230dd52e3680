"""What follows for a permission from what Meta returns."""

from __future__ import annotations

import pytest

from metapixel_provider.sharing.permission import decide
from metapixel_provider.sharing.permission.decide import Action


@pytest.mark.parametrize(
    ("tasks", "action"),
    [
        (None, Action.WAIT),
        ((), Action.REFUSE),
        (("UPLOAD", "EDIT"), Action.REFUSE),
        (("ADVERTISE",), Action.SEND),
        (("UPLOAD", "ANALYZE"), Action.SEND),
    ],
)
def test_after_a_refusal(tasks: tuple[str, ...] | None, action: Action) -> None:
    assert decide.refused(tasks) is action
