"""Mistakes in access files, each with its message."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest

from metapixel_provider.access_file.model import AccessFileError
from metapixel_provider.access_file.reader import load, loads
from metapixel_provider.texts import one_line
from tests.unit.access_file.files import AGENCY, COMPLETE, HEAD, mistakes

TASKS = "the tasks are ANALYZE, UPLOAD, ADVERTISE, EDIT"
NO_ID = "is not an id; an id is a number such as 1234567890"
NO_DATE = "is not a date; write YYYY-MM-DD"
NO_LABEL = (
    "is not a label; a label has at most 100 letters (a-z), digits, dots, hyphens and underscores, "
    "and begins with a letter or digit"
)
PIXELS = HEAD[HEAD.index("pixels:") :]
KEYS_WANTED = "this must be a mapping; write each key in a line of its own below it"


def pixel(value: str, first: str = '"1290034567800001"') -> str:
    """Return a file whose second pixel, in line 5 from column 12 on, is this value."""
    return HEAD.replace('"1290034567800002"', value).replace('"1290034567800001"', first)


def label(text: str) -> str:
    """Return a file whose second pixel, in line 5, has this label."""
    return HEAD.replace("shop-fr", text)


def agency(line: str) -> str:
    """Return a file with an agency that has this line, which is line 11."""
    return f"{HEAD}{AGENCY}    {line}\n"


def access(value: str, pixel: str = "shop-de", head: str = HEAD) -> str:
    """Return a file with this access to a pixel, in line 10."""
    return head + AGENCY.replace("[ANALYZE]", value).replace("shop-de", pixel)


def accepted(*entries: str) -> str:
    """Return a file with accepted findings, from line 7 on."""
    lines = "".join(f"  - {{{each}}}\n" for each in entries)
    return f"{HEAD}accepted:\n{lines}"


#: The text of each file, and its only mistake.
MISTAKES = [
    # The whole file
    ("", "1:1: the file is empty; begin it with `version: 1`"),
    ("null\n", "1:1: the file must be a mapping; begin it with `version: 1`"),
    ("owner: 1\n", "1:1: `version` is missing; write `version: 1`"),
    ("version: 1\n", '1:1: `owner` is missing; write `owner: "1001204537800111"`'),
    (
        HEAD.replace("version: 1", "version: 2"),
        "1:10: the version of the format has to be 1; write `version: 1`",
    ),
    (f"{HEAD}agency: {{}}\n", "6:1: there is no key 'agency' here; did you mean 'agencies'?"),
    (
        f"{HEAD}until: x\n",
        "6:1: there is no key 'until' here; the keys are version, owner, pixels, agencies, "
        "accepted",
    ),
    (f"{HEAD}agencies: [a]\n", f"6:11: {KEYS_WANTED}"),
    (
        f"{HEAD}accepted: {{}}\n",
        "6:11: this must be a list; write it in brackets, such as [a, b]",
    ),
    (f"{HEAD}accepted:\n  -\n\n# c\n", f"7:4: {KEYS_WANTED}"),
    # YAML that an access file cannot contain
    (
        pixel("{id: 1, <<: {b: 1}}"),
        "5:20: the YAML merge key `<<` is not supported; write the keys themselves",
    ),
    (
        "version: 1\nowner: !!str 1\n",
        "2:8: a YAML tag is not supported; remove the word with `!`",
    ),
    (f"{HEAD}version: 1\n", "6:1: the key `version` is already in line 1; keep one of them"),
    (
        f"{HEAD}---\na: 1\n",
        "6:1: a second YAML document begins here; keep one document in the file, and remove this "
        "line",
    ),
    (f"{HEAD}? [a]\n: b\n", "6:3: a key must be text; write a key such as `pixels:`"),
    ("version: 1\n\towner: 1\n", "2:1: YAML does not allow a tab here; write spaces"),
    ("owner: 'x\n", "1:8: this quotation mark has no end; write the second one"),
    ("a: \x07\n", "1:4: this character is not allowed in YAML; remove it"),
    (
        'owner: "\\UFFFFFFFF"\n',
        "1:11: this escape code is not a character; write the character itself",
    ),
    (
        "a: b: c\n",
        "1:5: this colon turns the text before it into a key; write the whole text in quotes, or "
        "correct the indentation",
    ),
    ("a: @b\n", "1:4: a text that begins with this character has to be in quotes"),
    (
        "a: [b\n",
        "2:1: this is not YAML (expected ',' or ']', but got '<stream end>'); correct the "
        "indentation, quotes or brackets here",
    ),
    ("a: " + "[" * 50 + "]" * 50, "1:23: the file is nested too deeply here"),
    # Text and days
    (agency("reason: [a]"), "11:13: this has to be text"),
    (agency("contact:"), "11:5: the value is empty; write a value, or remove the key"),
    (
        agency('reason: "\\ud800"'),
        "11:13: the text contains half of a character; write the character itself",
    ),
    (agency("expires_on:"), "11:5: the value is empty; write a date as YYYY-MM-DD"),
    (agency("expires_on: 2027-02-30"), f"11:17: '2027-02-30' {NO_DATE}"),
    (agency("expires_on: [2027-03-31]"), "11:17: this has to be a date as YYYY-MM-DD"),
    # Pixels and labels
    (pixel("[1]"), '5:12: this has to be an id in quotes, such as "1234567890"'),
    (pixel("1_000"), f"5:12: '1_000' {NO_ID}"),
    (pixel("-5"), f"5:12: '-5' {NO_ID}"),
    (label("shop de"), f"5:3: 'shop de' {NO_LABEL}"),
    (label("-shop"), f"5:3: '-shop' {NO_LABEL}"),
    (label("a::b"), f"5:3: 'a::b' {NO_LABEL}"),
    (label("Läden"), f"5:3: 'Läden' {NO_LABEL}"),
    (label('""'), f"5:3: '' {NO_LABEL}"),
    (label("a" * 101), f"5:3: '{one_line('a' * 101, 64)}' {NO_LABEL}"),
    (
        HEAD.replace("00002", "00001"),
        "5:12: pixel 1290034567800001 already has the label 'shop-de'; keep one of the labels",
    ),
    (
        pixel("{id: 1, previously: [shop-de]}"),
        "5:33: 'shop-de' is a label in this file, so it is not a former label; remove it from "
        "`previously`",
    ),
    (
        pixel("{id: 1, previously: [old]}", "{id: 2, previously: [old]}"),
        "5:33: 'old' is already a former label of pixel 'shop-de'; keep it in one `previously`",
    ),
    # Access to a pixel
    (access("[analyze]"), "10:17: 'analyze' is not a task; did you mean 'ANALYZE'?"),
    (access("[x]"), f"10:17: 'x' is not a task; {TASKS}"),
    (access("[ANALYZE, ANALYZE]"), "10:26: 'ANALYZE' is listed twice; remove one of them"),
    (access("[]"), "10:16: list at least one of the tasks ANALYZE, UPLOAD, ADVERTISE, EDIT"),
    (
        access("ANALYZE"),
        "10:16: this must be a list; write it in brackets, such as [a, b]",
    ),
    (access("{reason: x}"), "10:7: `tasks` is missing; write `tasks: [ANALYZE]`"),
    (
        access("{tasks: [ANALYZE], expires: x}"),
        "10:35: there is no key 'expires' here; did you mean 'expires_on'?",
    ),
    (
        access("[ANALYZE]", "shop-dd"),
        "10:7: there is no pixel 'shop-dd'; did you mean 'shop-de'?",
    ),
    (access("[ANALYZE]", "x"), "10:7: there is no pixel 'x'; add it to `pixels`"),
    (
        access("[ANALYZE]", "old", pixel("{id: 1, previously: [old]}")),
        "10:7: 'old' is a former label; write 'shop-fr'",
    ),
    (
        agency("  shop-de: [UPLOAD]"),
        "11:7: the key `shop-de` is already in line 10; keep one of them",
    ),
    (
        access("{tasks: [UPLOAD], ad_accounts: ['12']}"),
        "10:47: an ad account needs the task ADVERTISE or ANALYZE; add one to the tasks of "
        "'shop-de', or remove the ad accounts",
    ),
    (
        access("[UPLOAD]") + "    ad_accounts: ['12']\n",
        "10:16: the ad accounts of agency 'northlight' need the task ADVERTISE or ANALYZE; add one "
        "here, or write `ad_accounts: []` for this pixel",
    ),
    (agency("ad_accounts: [act_12, 12]"), "11:27: '12' is listed twice; remove one of them"),
    # Agencies
    (
        HEAD + AGENCY + AGENCY.replace("northlight", "tagworks").replace("agencies:\n", ""),
        "12:15: business 2002345678900222 is already the agency 'northlight'; declare all of its "
        "access there",
    ),
    (
        HEAD + AGENCY.replace("2002345678900222", "1001204537800111"),
        "8:15: business 1001204537800111 is the owner of the pixels; write the agency's business "
        "id",
    ),
    (
        'version: 1\nowner: "1"\npixels: {n: {id: "2", previously: [c]}, b-c: "3"}\nagencies:\n'
        '  a-b: {business: "4", access: {n: [ANALYZE]}}\n'
        '  a: {business: "5", access: {b-c: [ANALYZE]}}\n',
        "6:31: the resource of 'a' on 'b-c' and the resource of 'a-b' on 'n' have the same name "
        "'a-b-c'; choose another label",
    ),
    # Accepted findings
    (
        accepted("finding: unmanged, reason: x, expires_on: 2027-01-01"),
        "7:15: 'unmanged' is not a finding; did you mean 'unmanaged'?",
    ),
    (
        accepted("finding: x, reason: x, expires_on: 2027-01-01"),
        "7:15: 'x' is not a finding; the findings are unmanaged, drifted, declared-twice, overdue, "
        "open-request, ended-by-owner, without-ad-account, silent-pixel, edit, unknown-task, "
        "all-pixels",
    ),
    (
        accepted("finding: edit, expires_on: 2027-01-01"),
        "7:5: `reason` is missing; write `reason: Sister company`",
    ),
    (
        accepted("finding: edit, reason: x"),
        '7:5: `expires_on` is missing; write `expires_on: "2027-03-31"`',
    ),
    (
        accepted("finding: edit, reason: ' ', expires_on: 2027-01-01"),
        "7:29: the reason is empty; write why the owner accepts the finding",
    ),
    (
        accepted("finding: edit, pixel: shop-dd, reason: x, expires_on: 2027-01-01"),
        "7:28: there is no pixel 'shop-dd'; did you mean 'shop-de'?",
    ),
    (
        accepted("finding: edit, pixel: a, reason: x, expires_on: 2027-01-01").replace(PIXELS, ""),
        "4:28: there is no pixel 'a'; write a label or the pixel's id",
    ),
    (
        accepted(
            "finding: edit, pixel: shop-de, reason: x, expires_on: 2027-01-01",
            "finding: edit, pixel: 1290034567800001, reason: x, expires_on: 2027-01-01",
        ),
        "8:5: the same finding is accepted in line 7; keep one of the entries",
    ),
]


@pytest.mark.parametrize(("text", "expected"), MISTAKES, ids=[each for _, each in MISTAKES])
def test_a_mistake_is_reported_with_its_place_and_the_correction(text: str, expected: str) -> None:
    assert mistakes(text) == [expected]


def test_every_mistake_of_a_file_is_reported_in_the_order_of_the_file() -> None:
    text = COMPLETE.replace('"1290034567800001"', "1_000").replace("[ANALYZE]", "[ANALYSE]")

    assert mistakes(text.replace("pixel: shop-de", "pixel: shop-dee")) == [
        f"4:12: '1_000' {NO_ID}",
        "16:17: 'ANALYSE' is not a task; did you mean 'ANALYZE'?",
        "24:12: there is no pixel 'shop-dee'; did you mean 'shop-de'?",
    ]


@pytest.mark.parametrize("odd", ["", "5", "[]", "[[1]]", "[null]", "{}", "{x: 1}", "{tasks: []}"])
def test_a_value_of_an_odd_form_in_any_place_is_read_or_a_mistake(odd: str) -> None:
    for value in re.finditer(r"(?<=: )\S.*$", COMPLETE, re.MULTILINE):
        with suppress(AccessFileError):
            loads(COMPLETE[: value.start()] + odd + COMPLETE[value.end() :])


def test_an_anchor_and_its_alias_are_mistakes() -> None:
    assert mistakes("a: &x 1\nb: *x\n") == [
        "1:4: the YAML anchor `&x` is not supported; remove it",
        "2:4: the YAML alias `*x` is not supported; write the value itself",
    ]


def test_an_alias_bomb_is_refused_without_expanding_it() -> None:
    bomb = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))

    assert len(mistakes("a0: &a0 [x]\n" + bomb)) == 40 + 39 * 9


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, ": the file cannot be read (No such file or directory); check its path"),
        (
            "version: 1\n# für\n".encode("latin-1"),
            ": the file is not in UTF-8; save it in this encoding",
        ),
    ],
    ids=["missing", "encoding"],
)
def test_a_file_that_cannot_be_read_is_reported(
    content: bytes | None, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "access.yaml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(AccessFileError) as raised:
        load(path)

    assert str(raised.value) == f"{path}{expected}"
