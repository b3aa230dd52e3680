"""Mistakes in access files, each with its message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from metapixel_provider.access_file.model import AccessFileError
from metapixel_provider.access_file.reader import load, loads
from tests.conftest import Approve
from tests.unit.access_file.files import AGENCY, COMPLETE, HEAD, mistakes

PIXELS = HEAD[HEAD.index("pixels:") :]


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


FORM = {
    "an empty file": "",
    "null": "null\n",
    "no version": "owner: 1\n",
    "no owner": "version: 1\n",
    "another version": HEAD.replace("version: 1", "version: 2"),
    "a misspelt key": f"{HEAD}agency: {{}}\n",
    "an unknown key": f"{HEAD}until: x\n",
    "a list for a mapping": f"{HEAD}agencies: [a]\n",
    "a mapping for a list": f"{HEAD}accepted: {{}}\n",
    "an empty entry before a comment": f"{HEAD}accepted:\n  -\n\n# c\n",
    # YAML that an access file cannot contain
    "a merge key": pixel("{id: 1, <<: {b: 1}}"),
    "an anchor and its alias": "a: &x 1\nb: *x\n",
    "a tag": "version: 1\nowner: !!str 1\n",
    "a key twice": f"{HEAD}version: 1\n",
    "a second document": f"{HEAD}---\na: 1\n",
    "a list as a key": f"{HEAD}? [a]\n: b\n",
    "a tab": "version: 1\n\towner: 1\n",
    "one quotation mark": "owner: 'x\n",
    "a control character": "a: \x07\n",
    "an escape code without a character": 'owner: "\\UFFFFFFFF"\n',
    "two colons": "a: b: c\n",
    "a reserved first character": "a: @b\n",
    "one bracket": "a: [b\n",
    "a deep nesting": "a: " + "[" * 50 + "]" * 50,
}
VALUES = {
    "a list for a text": agency("reason: [a]"),
    "an empty text": agency("contact:"),
    "half of a character": agency('reason: "\\ud800"'),
    "an empty date": agency("expires_on:"),
    "a day that does not exist": agency("expires_on: 2027-02-30"),
    "a list for a date": agency("expires_on: [2027-03-31]"),
    # Pixels and labels
    "a list for an id": pixel("[1]"),
    "an id with an underscore": pixel("1_000"),
    "a negative id": pixel("-5"),
    "a label with a space": label("shop de"),
    "a label that begins with a hyphen": label("-shop"),
    "a label with colons": label("a::b"),
    "a label with an umlaut": label("Läden"),
    "an empty label": label('""'),
    "a label of 101 letters": label("a" * 101),
    "a pixel with two labels": HEAD.replace("00002", "00001"),
    "a former label that is one": pixel("{id: 1, previously: [shop-de]}"),
    "a former label of two pixels": pixel(
        "{id: 1, previously: [old]}", "{id: 2, previously: [old]}"
    ),
}
ACCESS = {
    "a misspelt task": access("[analyze]"),
    "an unknown task": access("[x]"),
    "a task twice": access("[ANALYZE, ANALYZE]"),
    "no task in the list": access("[]"),
    "a task without brackets": access("ANALYZE"),
    "no tasks": access("{reason: x}"),
    "a misspelt key": access("{tasks: [ANALYZE], expires: x}"),
    "a misspelt pixel": access("[ANALYZE]", "shop-dd"),
    "an unknown pixel": access("[ANALYZE]", "x"),
    "a former label": access("[ANALYZE]", "old", pixel("{id: 1, previously: [old]}")),
    "a pixel twice": agency("  shop-de: [UPLOAD]"),
    "ad accounts without their task": access("{tasks: [UPLOAD], ad_accounts: ['12']}"),
    "a wrong task beside ad accounts": access("{tasks: [UPLOAD, x], ad_accounts: ['12']}"),
    "an agency's ad accounts without their task": (
        access("[UPLOAD]") + "    ad_accounts: ['12']\n"
    ),
    "an ad account twice": agency("ad_accounts: [act_12, 12]"),
    # Agencies
    "an agency twice": (
        HEAD + AGENCY + AGENCY.replace("northlight", "tagworks").replace("agencies:\n", "")
    ),
    "the owner as an agency": HEAD + AGENCY.replace("2002345678900222", "1001204537800111"),
    "two resources with one name": (
        'version: 1\nowner: "1"\npixels: {n: {id: "2", previously: [c]}, b-c: "3"}\nagencies:\n'
        '  a-b: {business: "4", access: {n: [ANALYZE]}}\n'
        '  a: {business: "5", access: {b-c: [ANALYZE]}}\n'
    ),
    "a former name of another resource": (
        'version: 1\nowner: "1"\npixels: {c: "2", b-c: "3"}\nagencies:\n'
        '  a: {business: "5", access: {b-c: [ANALYZE]}}\n'
        '  z: {business: "4", previously: [a-b], access: {c: [ANALYZE]}}\n'
    ),
}
ACCEPTED = {
    "a misspelt finding": accepted("finding: unmanged, reason: x, expires_on: 2027-01-01"),
    "an unknown finding": accepted("finding: x, reason: x, expires_on: 2027-01-01"),
    "no reason": accepted("finding: edit, expires_on: 2027-01-01"),
    "no date": accepted("finding: edit, reason: x"),
    "an empty reason": accepted("finding: edit, reason: ' ', expires_on: 2027-01-01"),
    "a misspelt pixel": accepted(
        "finding: edit, pixel: shop-dd, reason: x, expires_on: 2027-01-01"
    ),
    "a pixel in a file without pixels": accepted(
        "finding: edit, pixel: a, reason: x, expires_on: 2027-01-01"
    ).replace(PIXELS, ""),
    "a finding twice": accepted(
        "finding: edit, pixel: shop-de, reason: x, expires_on: 2027-01-01",
        "finding: edit, pixel: 1290034567800001, reason: x, expires_on: 2027-01-01",
        "finding: edit, pixel: shop-de, business: 1, reason: x, expires_on: 2027-01-01",
        "finding: edit, pixel: shop-de, subject: 1, reason: x, expires_on: 2027-01-01",
    ),
    "mistakes of all parts, in the order of the file": "".join(
        (
            access("[ANALYSE]", head=HEAD.replace(PIXELS, "")),
            PIXELS.replace('"1290034567800001"', "1_000"),
            "accepted: [{finding: edit, pixel: shop-frr, reason: x, expires_on: 2027-01-01}]\n",
        )
    ),
}


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("access-file-form.txt", FORM),
        ("access-file-values.txt", VALUES),
        ("access-file-access.txt", ACCESS),
        ("access-file-accepted.txt", ACCEPTED),
    ],
)
def test_a_mistake_is_reported_with_its_place_and_the_correction(
    name: str, files: Mapping[str, str], approve: Approve
) -> None:
    lines = [f"{file}: {' | '.join(mistakes(text))}\n" for file, text in files.items()]

    approve(name, "".join(lines))


@pytest.mark.parametrize("odd", ["", "5", "[]", "[[1]]", "[null]", "{}", "{x: 1}", "{tasks: []}"])
def test_a_value_of_an_odd_form_in_any_place_is_read_or_a_mistake(odd: str) -> None:
    for value in re.finditer(r"(?<=: )\S.*$", COMPLETE, re.MULTILINE):
        with suppress(AccessFileError):
            loads(COMPLETE[: value.start()] + odd + COMPLETE[value.end() :])


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
