"""The pictures of commands in a terminal have the text that the commands print now."""

from __future__ import annotations

import pytest

from tools.pictures.catalogue import DOCS, TERMINALS, text

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("picture", TERMINALS)
def test_a_picture_of_a_terminal_has_the_text_that_the_command_prints_now(picture: str) -> None:
    drawn, now = text((DOCS / picture).read_text()), text(TERMINALS[picture]())

    # The section "Setup" of `metapixel doctor` states versions and dates of the machine.
    assert drawn.split("Credentials")[-1] == now.split("Credentials")[-1], "run `make pictures`"
