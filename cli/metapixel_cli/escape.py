"""Escaping of names and messages, which come from programs, from Meta and other businesses."""

from __future__ import annotations

import re
import unicodedata

from metapixel_cli.secrets import without_secrets

_MARKDOWN = re.compile(r"([\\`*_\[\]|~])")
_PLAIN_ID = re.compile(r"[A-Za-z0-9._/:-]{1,80}")
#: GitHub links a commit by 7 to 40 hexadecimal digits. A decimal number of 15 digits or more is an
#: id of Meta, and nobody can make a commit for it.
_COMMIT = re.compile(r"(?ai)\b(?!\d{15,}\b)[0-9a-f]{7,}\b")
#: The beginnings of a mention, of an issue, of a URL, and of an emoji such as `:tada:`. The colon
#: that ends an emoji can be in the text that follows.
_LINK = re.compile(
    r"(?ai)[@#]|\bGH-(?=\d)|(https?|ftp|mailto|xmpp)(?=:)|\bwww(?=\.)|:(?=[a-z0-9_+-]+(?::|\Z))"
)
#: The beginnings of GitLab's references: merge requests, epics, milestones, labels, and `[epic:1]`.
_REFERENCE = re.compile(r'[!&](?=\d)|[%~](?=["\w])|\[(?=\w+:)')
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
#: A mark within a text that GitHub would link, so that GitHub does not link it or notify anybody.
_GAP = "\N{ZERO WIDTH SPACE}"
#: GitHub's own way to write a dollar sign that does not begin a formula.
_DOLLAR = "<span>$</span>"
#: Invisible characters in categories whose other characters are visible: the grapheme joiner,
#: fillers of Hangul, Khmer and Braille, variation selectors, and blanks of hieroglyphs and music.
#: Source: Unicode's property Default_Ignorable_Code_Point, and its code charts for the blanks.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U00013441\U00013442\U0001d159\U000e0100-\U000e01ef]"
)
#: Unicode's combining class of the characters that strike through others.
_OVERLAY = 1
#: The maximum number of combining characters in a row: a letter of Vietnamese has two.
_MOST_COMBINING = 2
#: A character of Hebrew, Arabic or another script that is written from right to left.
#: Source: the blocks of Unicode whose characters have the class R or AL.
_RIGHT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
_RIGHT_TO_LEFT = re.compile(rf"{_RIGHT}(?:[ 0-9&'’.+-]*{_RIGHT})*")
#: The beginnings of commands in the log of GitHub Actions (`::` and `##[`) and Azure (`##vso[`).
_COMMAND = re.compile(r"(?m)^\s*(?=::)|##(?=\w*\[)")


def visible(text: str, longest: int = 200, newline: str = " ") -> str:
    """Return the text in printable characters, without secrets, cut after `longest` characters.

    Control characters, right-to-left marks, unpaired surrogates and other invisible characters
    could make a text look like another one, so a visible mark replaces each. Marks also replace
    combining characters that strike through or enclose a letter, and all combining characters after
    the second in a row. `newline` replaces each line end, and a space replaces each tab.
    """
    lines = without_secrets(text).replace("\r\n", "\n").split("\n")
    found = newline.join(_printable(line).rstrip() for line in lines).strip()
    if len(found) <= longest:
        return found
    return f"{found[:longest]}… ({len(found) - longest:,} more characters)"


def hides(text: str) -> bool:
    """Return True if `visible` replaces a character of the text by a mark."""
    lines = text.replace("\r\n", "\n").split("\n")
    return any(_printable(line).count(_REPLACEMENT) > line.count(_REPLACEMENT) for line in lines)


def _printable(line: str) -> str:
    found, combining_in_row = [], 0
    for character in line:
        combines = unicodedata.category(character) in ("Mn", "Me")
        combining_in_row = combining_in_row + 1 if combines else 0
        is_one_too_many = combining_in_row > _MOST_COMBINING
        found.append(_REPLACEMENT if is_one_too_many else _printable_character(character))
    return "".join(found)


def _printable_character(character: str) -> str:
    if " " <= character <= "~":
        return character
    category = unicodedata.category(character)
    if character == "\t" or category.startswith("Z"):
        return " "
    strikes = category == "Me" or unicodedata.combining(character) == _OVERLAY
    is_invisible = category.startswith("C") or _INVISIBLE.match(character)
    return _REPLACEMENT if is_invisible or strikes else character


def isolated(text: str) -> str:
    """Return the text with marks around each part that is written from right to left.

    Without the marks, such a part would also move the digits and brackets that follow it.
    """
    return _RIGHT_TO_LEFT.sub("\N{FIRST STRONG ISOLATE}\\g<0>\N{POP DIRECTIONAL ISOLATE}", text)


def in_log(text: str) -> str:
    """Return lines with a visible mark in each command that a CI system would run."""
    return _COMMAND.sub(rf"\g<0>{_REPLACEMENT}", text)


def in_markdown(text: str, longest: int = 200) -> str:
    """Return the text escaped for a line or a table's cell: no markup, formula, mention or link."""
    found = _with_gaps(visible(text, longest))
    found = found.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    found = _MARKDOWN.sub(r"\\\1", found)
    # Only now, because the steps before would escape this text too.
    found = found.replace(_GAP, "&#8203;").replace("$", _DOLLAR)
    # A number with a dot, and some signs, would start a list or a heading at the start of a line.
    found = re.sub(r"^(\d+)(?=[.)])", r"\1\\", found)
    return re.sub(r"^(?=[-+=])", r"\\", found)


def _with_gaps(text: str) -> str:
    """Return the text with a gap in each commit, address and reference, so that it is no link."""
    with_gap = rf"\g<0>{_GAP}"
    found = _COMMIT.sub(lambda commit: re.sub(".{6}(?=.)", with_gap, commit[0]), text)
    return _REFERENCE.sub(with_gap, _LINK.sub(with_gap, found))


def identifier(text: str) -> str:
    """Return an id as Markdown code. A text that is not an id is escaped."""
    return f"`{text}`" if _PLAIN_ID.fullmatch(text) else in_markdown(text, 80)


def fenced(text: str, longest: int = 2000) -> str:
    """Return a code block that displays the text as it is written, and that a log can contain."""
    found = in_log(visible(text, longest, newline="\n"))
    longest_run = max(map(len, re.findall(r"`+", found)), default=0)
    fence = "`" * max(3, longest_run + 1)
    return f"{fence}text\n{found}\n{fence}"
