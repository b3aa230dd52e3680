"""New access files, and additions to files that a person edits."""

from __future__ import annotations

import difflib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metapixel_provider.access_file.errors import AccessFileError
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.model import (
    Accepted,
    AccessFile,
    AgencyGrants,
    Grant,
    Pixel,
)
from metapixel_provider.access_file.reader import loads
from metapixel_provider.access_file.writer import accepted_list, add, written
from metapixel_provider.sharing.tasks import Task
from tests.unit.access_file.files import COMPLETE
from tests.unit.access_file.models import OWNER, files, random_files

NEW_PIXEL = Pixel("shop-it", "1290034567800003")
TAGWORKS = AgencyGrants(
    "tagworks",
    "3003456789000333",
    (Grant(NEW_PIXEL, (Task.UPLOAD,), (), date(2027, 1, 31), "Server-side events"),),
    "jo@shop.example",
)


def found(*agencies: AgencyGrants, owner: str = OWNER) -> AccessFile:
    """Return the access that an import found."""
    pixels = {grant.pixel.label: grant.pixel for each in agencies for grant in each.grants}
    return AccessFile(owner, pixels, agencies)


def test_a_new_file_has_the_layout_that_a_person_would_choose() -> None:
    assert (
        written(loads(COMPLETE))
        == """\
# yaml-language-server: $schema=./access.schema.json
# The access of agencies to our pixels. Access that this file leaves out is not managed.
version: 1
owner: "1001204537800111"
pixels:
  shop-de: "1290034567800001"
  shop-fr: {id: "1290034567800002", previously: [shop-france]}
agencies:
  northlight:
    business: "2002345678900222"
    previously: [north-light]
    contact: anna@shop.example
    access:
      shop-de:
        tasks: [ANALYZE, ADVERTISE]
        expires_on: "2027-03-31"
        reason: "Spring campaign, contract 4711"
        ad_accounts: ["607700000000331"]
      shop-fr:
        tasks: [ANALYZE]
        expires_on: "2026-12-31"
        reason: A test
accepted:
  - finding: unmanaged
    business: "4004567890000444"
    pixel: "1290034567800001"
    reason: Sister company
    expires_on: "2027-06-30"
"""
    )


def test_values_that_all_grants_share_are_written_once() -> None:
    (grant,) = TAGWORKS.grants
    both = (grant, replace(grant, pixel=Pixel("shop-es", "12")))

    assert written(found(replace(TAGWORKS, grants=both))).endswith("""\
agencies:
  tagworks:
    business: "3003456789000333"
    contact: jo@shop.example
    reason: Server-side events
    expires_on: "2027-01-31"
    access:
      shop-it: [UPLOAD]
      shop-es: [UPLOAD]
""")


@random_files
@given(files())
def test_a_file_that_is_written_and_read_is_the_same(file: AccessFile) -> None:
    assert loads(written(file)) == file


@random_files
@given(files(), st.data())
def test_a_name_is_a_comment_and_nothing_else(file: AccessFile, data: st.DataObject) -> None:
    ids = [each.id for each in file.pixels.values()]
    ids += [each.business_id for each in file.agencies]
    names = {each: data.draw(st.text()) for each in ids}

    text = written(file, names)

    assert loads(text) == file
    assert len(text.splitlines()) == len(written(file).splitlines())


def test_an_addition_leaves_every_other_line_as_it_is() -> None:
    text = add(COMPLETE, found(TAGWORKS))

    assert text == COMPLETE.replace(
        "agencies:\n", '  shop-it: "1290034567800003"\nagencies:\n'
    ).replace(
        "accepted:\n",
        """\
  tagworks:
    business: "3003456789000333"
    contact: jo@shop.example
    reason: Server-side events
    expires_on: "2027-01-31"
    access:
      shop-it: [UPLOAD]
accepted:
""",
    )


def test_an_agency_of_the_file_gets_only_the_grants_that_it_lacks() -> None:
    file = loads(COMPLETE)
    new = Grant(NEW_PIXEL, (Task.EDIT,))
    agency = replace(file.agencies[0], grants=(*file.agencies[0].grants, new), label="x")

    result = loads(add(COMPLETE, replace(file, agencies=(agency,))))

    assert result.agencies[0].label == "northlight"
    assert result.agencies[0].grants[:2] == file.agencies[0].grants
    assert result.agencies[0].grants[2] == replace(
        new, expires_on=date(2027, 3, 31), reason="Spring campaign, contract 4711"
    )


def test_a_pixel_of_the_file_keeps_its_label() -> None:
    grant = Grant(Pixel("other", "1290034567800002"), (Task.ANALYZE,))

    result = loads(add(COMPLETE, found(replace(TAGWORKS, grants=(grant,)))))

    assert list(result.pixels) == ["shop-de", "shop-fr"]
    assert result.agencies[1].grants[0].pixel.label == "shop-fr"


GRANT = """\
version: 1
owner: "1001204537800111"
pixels: {a: "2"}
agencies:
  n:
    business: "3"
    access:
      a: %s
    reason: x   # kept
"""


@pytest.mark.parametrize(
    ("grant", "expected"),
    [
        ("[ANALYZE] # c", '{tasks: [ANALYZE], ad_accounts: ["7", "8"]} # c'),
        ("{tasks: [ANALYZE]}", '{tasks: [ANALYZE], ad_accounts: ["7", "8"]}'),
        ("{tasks: [ANALYZE], ad_accounts: [7]}", '{tasks: [ANALYZE], ad_accounts: [7, "8"]}'),
        (
            "{tasks: [ANALYZE], ad_accounts: []}",
            '{tasks: [ANALYZE], ad_accounts: ["7", "8"]}',
        ),
        (
            "\n        - ANALYZE # c\n        # d",
            '\n        tasks:\n        - ANALYZE # c\n        # d\n        ad_accounts: ["7", "8"]',
        ),
        (
            "\n      - ANALYZE # c\n      # d\n      - EDIT",
            "\n        tasks:\n        - ANALYZE # c\n        # d\n        - EDIT\n"
            '        ad_accounts: ["7", "8"]',
        ),
        (
            "\n        tasks: [ANALYZE] # c",
            '\n        tasks: [ANALYZE] # c\n        ad_accounts: ["7", "8"]',
        ),
        (
            "\n        ad_accounts:\n        - act_7 # c\n        tasks: [ANALYZE]",
            '\n        ad_accounts:\n        - act_7 # c\n        - "8"\n        tasks: [ANALYZE]',
        ),
    ],
)
def test_a_grant_of_the_file_gets_the_ad_accounts_that_it_lacks(grant: str, expected: str) -> None:
    new = Grant(Pixel("a", "2"), (Task.ANALYZE,), ("7", "8"))

    assert add(GRANT % grant, found(AgencyGrants("n", "3", (new,)))) == GRANT % expected


def test_a_grant_keeps_the_ad_accounts_of_its_agency_beside_a_new_one() -> None:
    text = GRANT % "[ANALYZE]" + "    ad_accounts: ['9']\n"
    new = Grant(Pixel("a", "2"), (Task.ANALYZE,), ("7",))

    result = loads(add(text, found(AgencyGrants("n", "3", (new,)))))

    assert result.agencies[0].grants[0].ad_accounts == ("9", "7")


def test_a_new_grant_does_not_inherit_the_ad_accounts_of_its_agency() -> None:
    text = GRANT % "[ANALYZE]" + "    ad_accounts: ['9']\n"
    new = Grant(NEW_PIXEL, (Task.UPLOAD,))

    result = loads(add(text, found(AgencyGrants("n", "3", (new,)))))

    assert result.agencies[0].grants[1].ad_accounts == ()


HEAD = f'version: 1\nowner: "{OWNER}"\n'
END = """\
  tagworks:
    business: "3003456789000333"
    contact: jo@shop.example
    reason: Server-side events
    expires_on: "2027-01-31"
    access:
      shop-it: [UPLOAD]
"""
PIXELS = '  shop-it: "1290034567800003"\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HEAD, f"{HEAD}pixels:\n{PIXELS}agencies:\n{END}"),
        (HEAD.rstrip(), f"{HEAD}pixels:\n{PIXELS}agencies:\n{END}"),
        (HEAD + "...\n", f"{HEAD}pixels:\n{PIXELS}agencies:\n{END}...\n"),
        (
            HEAD + "agencies: {} # nobody\npixels: ~ # none\n",
            f"{HEAD}agencies:  # nobody\n{END}pixels:  # none\n{PIXELS}",
        ),
        (
            HEAD + "agencies:\n# nobody\n\npixels:\n\n",
            f"{HEAD}agencies:\n{END}# nobody\n\npixels:\n{PIXELS}\n",
        ),
        (
            HEAD + "agencies:\n  # nobody yet\n",
            f"{HEAD}agencies:\n  # nobody yet\n{END}pixels:\n{PIXELS}",
        ),
        (
            HEAD + 'pixels:\n   a: "1"\n   # last\n      # deep\n',
            f'{HEAD}pixels:\n   a: "1"\n   # last\n      # deep\n {PIXELS}agencies:\n{END}',
        ),
    ],
)
def test_sections_that_are_missing_or_empty_are_filled(before: str, after: str) -> None:
    assert add(before, found(TAGWORKS)) == after


def test_line_ends_of_windows_and_a_byte_order_mark_are_kept() -> None:
    text = "\ufeff" + COMPLETE.replace("\n", "\r\n")

    result = add(text, found(TAGWORKS))

    assert result == "\ufeff" + add(COMPLETE, found(TAGWORKS)).replace("\n", "\r\n")


def test_a_file_in_json_stays_json() -> None:
    text = f'{{"version": 1, "owner": "{OWNER}", "agencies": {{}}}}\n'

    result = add(text, found(TAGWORKS))

    assert result.count("\n") == 1
    assert loads(result) == found(TAGWORKS)


def test_a_label_that_belongs_to_another_pixel_is_an_error() -> None:
    other = replace(TAGWORKS, grants=(Grant(Pixel("shop-de", "5"), (Task.EDIT,)),))

    with pytest.raises(AccessFileError, match="the key `shop-de` is already in line 5"):
        add(COMPLETE, found(other))


def test_a_file_with_mistakes_is_an_error() -> None:
    with pytest.raises(AccessFileError, match="`owner` is missing"):
        add("version: 1\n", found(TAGWORKS))


@st.composite
def commented(draw: st.DrawFn) -> str:
    """Return a written file with comments, blank lines and other layouts in between."""
    text = written(draw(files()))
    lines = []
    for line in text.splitlines():
        if draw(st.integers(0, 4)) == 0:
            lines.append(draw(st.sampled_from(["", "# c", "      # deep: [c]", "   ", "#"])))
        is_open = line.endswith(("[", ":")) or "'" in line
        lines.append(line if is_open or draw(st.booleans()) else f"{line}   # {line.strip()[:5]}")
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


@random_files
@given(commented(), files())
def test_an_addition_keeps_every_line_of_a_random_file(text: str, extra: AccessFile) -> None:
    file = loads(text)
    known = {label for each in file.pixels.values() for label in (each.label, *each.previously)}
    known |= {label for each in file.agencies for label in (each.label, *each.previously)}
    renamed = _renamed(extra, known)

    result = add(text, renamed)

    compared = difflib.ndiff(text.splitlines(), result.splitlines())
    lost = [line[2:] for line in compared if line.startswith("- ")]
    # Only a list of tasks that becomes a mapping, and a list of ad accounts, are changed.
    assert all("[" in line or "- " in line for line in lost)
    again = loads(result)
    ids = {pixel.id for pixel in (*file.pixels.values(), *renamed.pixels.values())}
    assert {pixel.id for pixel in again.pixels.values()} == ids
    assert _accounts(again) >= _accounts(file) | _accounts(renamed)
    assert add(result, renamed) == result


def _renamed(file: AccessFile, known: set[str]) -> AccessFile:
    """Return a file whose labels differ from the known ones."""

    def pixel(each: Pixel) -> Pixel:
        return Pixel(f"x{each.label}" + "_" * len(known), each.id)

    agencies = tuple(
        replace(
            each,
            label=f"y{each.label}" + "_" * len(known),
            previously=(),
            grants=tuple(replace(grant, pixel=pixel(grant.pixel)) for grant in each.grants),
        )
        for each in file.agencies
    )
    pixels = {each.label: each for each in map(pixel, file.pixels.values())}
    return AccessFile(file.owner_business_id, pixels, agencies)


def _accounts(file: AccessFile) -> set[tuple[str, str, str]]:
    return {
        (agency.business_id, grant.pixel.id, account)
        for agency, grant in file.grants()
        for account in ("", *grant.ad_accounts)
    }


def test_accepted_findings_are_written_with_a_comment_each() -> None:
    entry = Accepted(FindingName.EDIT, "", date(2027, 1, 31), "12", "34")

    assert (
        accepted_list([(entry, "Northlight has EDIT on Shop\n(12)")])
        == """\
accepted:
  # Northlight has EDIT on Shop (12)
  - finding: edit
    business: "34"
    pixel: "12"
    reason: ""
    expires_on: "2027-01-31"
"""
    )


def test_a_list_of_no_accepted_findings_is_valid() -> None:
    assert accepted_list([]) == "accepted: []\n"
