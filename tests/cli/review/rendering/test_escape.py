"""Escaped texts, whatever they hold."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from metapixel_cli.review.rendering.escape import fenced, identifier, in_markdown, visible
from tests.cli.review.rendering.hostile import GITHUB, HOSTILE, flat
from tests.support.example import NORTHLIGHT


@given(st.one_of(st.sampled_from(HOSTILE), st.text()))
def test_a_hostile_name_is_a_cell_of_text_and_nothing_else(name: str) -> None:
    tokens = flat(GITHUB.parse(f"| a | b |\n|---|---|\n| x{in_markdown(name)} | end |"))

    kinds = {token.type for token in tokens}
    texts = [token for token in tokens if token.type == "inline"]
    assert not kinds & {"html_inline", "html_block", "link_open", "image", "code_inline", "em_open"}
    assert not kinds & {"strong_open", "s_open", "softbreak", "hardbreak"}
    assert len(texts) == 4
    shown = "".join(child.content for child in texts[2].children or [])
    assert shown.replace("\u200b", "") == "x" + " ".join(visible(name).split(" ")).rstrip()
    assert not re.search(r"@\w|#\d", shown)


@given(st.one_of(st.sampled_from(HOSTILE), st.text()))
def test_a_hostile_message_stays_in_its_block(message: str) -> None:
    tokens = GITHUB.parse(f"{fenced(message)}\n\nafter")

    assert [token.type for token in tokens] == [
        "fence",
        "paragraph_open",
        "inline",
        "paragraph_close",
    ]


def test_an_id_that_is_none_is_not_put_in_code() -> None:
    assert identifier(NORTHLIGHT) == f"`{NORTHLIGHT}`"
    assert identifier("a`b") == "a\\`b"
