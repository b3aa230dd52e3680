"""Escaped texts, whatever they hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from metapixel_cli.escape import fenced, identifier, in_log, in_markdown, visible
from metapixel_cli.exits import Exit, fail
from tests.cli.review.rendering.hostile import GITHUB, HOSTILE, flat
from tests.support.example import NORTHLIGHT


@given(st.one_of(st.sampled_from(HOSTILE), st.text()))
def test_a_hostile_name_is_a_cell_of_text_and_nothing_else(name: str) -> None:
    tokens = flat(GITHUB.parse(f"| a | b |\n|---|---|\n| x{in_markdown(name)} | end |"))

    kinds = {token.type for token in tokens}
    texts = [token for token in tokens if token.type == "inline"]
    assert not kinds & {"html_block", "link_open", "image", "code_inline", "em_open"}
    assert not kinds & {"strong_open", "s_open", "softbreak", "hardbreak"}
    assert len(texts) == 4
    children = texts[2].children or []
    html = [child.content for child in children if child.type == "html_inline"]
    assert "".join(html) == "<span></span>" * visible(name).count("$")
    shown = "".join(child.content for child in children if child.type != "html_inline")
    assert shown.replace("\u200b", "") == "x" + " ".join(visible(name).split(" ")).rstrip()
    assert not re.search(r"@\w|#\d|GH-\d|:[a-z0-9_+-]+:", shown, re.IGNORECASE)
    assert not re.search(r'[!&]\d|[%~]["\w]|\[\w+:', shown), "a reference of GitLab"
    assert "$" not in in_markdown(name).replace("<span>$</span>", ""), "a formula"
    commits = re.findall(r"\b[0-9a-f]{7,40}\b", shown, re.ASCII | re.IGNORECASE)
    assert all(commit.isdecimal() and len(commit) >= 15 for commit in commits)


@example("1) Acme")
@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8)))
def test_a_hostile_name_at_the_start_of_a_line_begins_no_block(name: str) -> None:
    tokens = GITHUB.parse(f"{in_markdown(name)} is shared")

    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Vie\u0302\u0323t", "Vie\u0302\u0323t"),
        ("Z\u0301\u0302\u0303\u0304oo", "Z\u0301\u0302\ufffd\ufffdoo"),
        ("a\u0301b\u0301c\u0301", "a\u0301b\u0301c\u0301"),
        ("no\u0336t\u0338 o\u20d2r", "no\ufffdt\ufffd o\ufffdr"),
        ("no\u20e0", "no\ufffd"),
    ],
)
def test_combining_characters_that_hide_letters_have_a_visible_mark(name: str, shown: str) -> None:
    assert visible(name) == shown


@pytest.mark.parametrize(
    ("line", "inert"),
    [
        ("::stop-commands::t", "\ufffd::stop-commands::t"),
        ("a\n  ::error::x", "a\n  \ufffd::error::x"),
        ("a ##[error]x", "a ##\ufffd[error]x"),
        ("a ##vso[task.complete]", "a ##\ufffdvso[task.complete]"),
        ("urn::name #1 [x]", "urn::name #1 [x]"),
    ],
)
def test_a_command_of_a_workflow_has_a_visible_mark(line: str, inert: str) -> None:
    assert in_log(line) == inert


def test_an_error_contains_no_command_of_a_workflow(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        fail(Exit.FAILED, "Error: ##vso[task.complete]", "::error::x")

    assert capsys.readouterr().err == "Error: ##\ufffdvso[task.complete]\n\ufffd::error::x\n"


#: Unicode's Default_Ignorable_Code_Point (17.0), and the blanks of Braille, hieroglyphs and music.
INVISIBLE = [
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFEFF, 0xFFA0),
    *(0x13441, 0x13442, 0x1D159),
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0xFFF0, 0xFFF9),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE1000),
]


def test_every_invisible_character_has_a_visible_mark() -> None:
    hidden = [f"U+{code:04X}" for code in INVISIBLE if visible(f"a{chr(code)}b") != "a\ufffdb"]

    assert hidden == []


@example("the end of a block\n```\nand what follows")
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
