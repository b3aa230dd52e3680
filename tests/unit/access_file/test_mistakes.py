"""Mistakes in access files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from metapixel_provider.access_file.errors import AccessFileError
from metapixel_provider.access_file.reader import load, load_accepted
from tests.unit.access_file.files import AGENCY, COMPLETE, HEAD, mistakes

DATED = f"{HEAD}{AGENCY}    expires_on: "
TASKS = "the tasks are ANALYZE, UPLOAD, ADVERTISE, EDIT"


def test_every_mistake_of_a_file_is_reported_in_the_order_of_the_file() -> None:
    text = COMPLETE.replace('"1290034567800001"', "1_000").replace("[ANALYZE]", "[ANALYSE]")

    assert mistakes(text.replace("pixel: shop-de", "pixel: shop-dee")) == [
        "5:12: '1_000' is not an id; an id is a number such as 1234567890",
        "17:17: 'ANALYSE' is not a task; did you mean 'ANALYZE'?",
        "25:12: there is no pixel 'shop-dee'; did you mean 'shop-de'?",
    ]


def test_a_mistake_in_line_40_of_400_is_found_there() -> None:
    pixels = "".join(f'  shop-{n}: "{n}"\n' for n in range(1, 397))
    text = f'version: 1\nowner: "9"\npixels:\n{pixels}'
    lines = text.splitlines()
    lines[39] = '  shop-37: "thirty-seven"'

    assert mistakes("\n".join(lines)) == [
        "40:12: 'thirty-seven' is not an id; an id is a number such as 1234567890"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1: the file is empty; begin it with `version: 1`"),
        ("# nothing\n", "1:1: the file is empty; begin it with `version: 1`"),
        ("null\n", "1:1: the file has to consist of keys; begin it with `version: 1`"),
        ("[1]\n", "1:1: the file has to consist of keys; begin it with `version: 1`"),
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
        (f"{DATED}\n", "11:5: the value is empty; write a date as YYYY-MM-DD"),
        (
            HEAD.replace('"1290034567800002"', "[1]"),
            '5:12: write an id in quotes, or keys as in {id: "1290034567800001"}',
        ),
        (
            f"{HEAD}agencies: [a]\n",
            "6:11: this has to consist of keys; write each key in a line of its own below it",
        ),
        (
            f"{HEAD}accepted: {{}}\n",
            "6:11: this has to be a list; write it in brackets, such as [a, b]",
        ),
        (
            f"{HEAD}accepted:\n  -\n\n# c\n",
            "7:3: this has to consist of keys; write each key in a line of its own below it",
        ),
        (f"{DATED}2027-02-30\n", "11:17: '2027-02-30' is not a date; write YYYY-MM-DD"),
        (f"{DATED}31.3.2027\n", "11:17: '31.3.2027' is not a date; write YYYY-MM-DD"),
        (f"{DATED}in 30 days\n", "11:17: 'in 30 days' is not a date; write YYYY-MM-DD"),
        (f"{DATED}[2027-03-31]\n", "11:17: this has to be a date as YYYY-MM-DD"),
    ],
)
def test_a_value_of_a_wrong_form_is_a_mistake(text: str, expected: str) -> None:
    assert mistakes(text) == [expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("contact: 12", '12 is not text here; write it in quotes: "12"'),
        ("reason: true", 'true is not text here; write it in quotes: "true"'),
        ("reason: [a]", "this has to be text"),
        ("reason: {a: b}", "this has to be text"),
        ('reason: "\\ud800"', "the text contains half of a character; write the character itself"),
    ],
)
def test_a_reason_or_contact_has_to_be_text(line: str, expected: str) -> None:
    column = 5 + len(line.partition(" ")[0]) + 1

    assert mistakes(f"{HEAD}{AGENCY}    {line}\n") == [f"11:{column}: {expected}"]


@pytest.mark.parametrize(
    "value",
    ["1_000", "0x1f", "0o17", "12:30:45", "1.29e15", "-5", "+5", "x", "true", "1 000"],
)
def test_a_number_that_is_not_written_in_digits_is_no_id(value: str) -> None:
    (found,) = mistakes(HEAD.replace('"1290034567800002"', value))

    assert re.match(r"5:12: '.*' is not an id; an id is a number such as 1234567890", found)


@pytest.mark.parametrize("value", ["' 12'", '"12\\n"'])
def test_spaces_around_an_id_are_a_mistake(value: str) -> None:
    expected = '5:12: there are spaces around the id; write "12"'

    assert mistakes(HEAD.replace('"1290034567800002"', value)) == [expected]


@pytest.mark.parametrize(
    ("tasks", "column", "expected"),
    [
        ("[analyze]", 17, "'analyze' is not a task; did you mean 'ANALYZE'?"),
        ("[ADVERTIZE]", 17, "'ADVERTIZE' is not a task; did you mean 'ADVERTISE'?"),
        ("[x]", 17, f"'x' is not a task; {TASKS}"),
        ("[ANALYZE, ANALYZE]", 26, "'ANALYZE' is listed twice; remove one of them"),
        ("[]", 16, "list at least one of the tasks ANALYZE, UPLOAD, ADVERTISE, EDIT"),
        (
            "ANALYZE",
            16,
            "write tasks as in [ANALYZE], or keys as in {tasks: [ANALYZE]}",
        ),
        ("{reason: x}", 7, "`tasks` is missing; write `tasks: [ANALYZE]`"),
        (
            "{tasks: [ANALYZE], expires: x}",
            35,
            "there is no key 'expires' here; did you mean 'expires_on'?",
        ),
    ],
)
def test_a_mistake_in_the_access_to_a_pixel_is_found(
    tasks: str, column: int, expected: str
) -> None:
    text = HEAD + AGENCY.replace("[ANALYZE]", tasks)

    assert mistakes(text) == [f"10:{column}: {expected}"]


@pytest.mark.parametrize(
    "label", ["shop de", "-shop", "Läden", "a" * 101, "~", "<<<", "a/b", "a::b", '""']
)
def test_a_label_has_only_characters_that_resource_names_can_contain(label: str) -> None:
    (found,) = mistakes(HEAD.replace("shop-fr", label))

    assert found.startswith("5:3: ")
    assert "is not a label; a label has at most 100 letters" in found


def test_an_unknown_pixel_is_a_mistake_with_a_suggestion() -> None:
    assert mistakes(HEAD + AGENCY.replace("shop-de", "shop-dd")) == [
        "10:7: there is no pixel 'shop-dd'; did you mean 'shop-de'?"
    ]
    assert mistakes(HEAD + AGENCY.replace("shop-de", "x")) == [
        "10:7: there is no pixel 'x'; add it to `pixels`"
    ]


def test_a_pixel_that_is_named_twice_is_a_mistake() -> None:
    assert mistakes(HEAD.replace("00002", "00001")) == [
        "5:12: pixel 1290034567800001 already has the label 'shop-de'; keep one of the labels"
    ]


def test_two_grants_for_one_share_are_a_mistake() -> None:
    assert mistakes(f"{HEAD}{AGENCY}      shop-de: [UPLOAD]\n") == [
        "11:7: the key `shop-de` is already in line 10; keep one of them"
    ]


def test_two_agencies_with_one_business_are_a_mistake() -> None:
    second = AGENCY.replace("northlight", "tagworks").replace("agencies:\n", "")

    assert mistakes(HEAD + AGENCY + second) == [
        "12:15: business 2002345678900222 is already the agency 'northlight'; declare all of its "
        "access there"
    ]


def test_the_owner_is_no_agency() -> None:
    assert mistakes(HEAD + AGENCY.replace("2002345678900222", "1001204537800111")) == [
        "8:15: business 1001204537800111 is the owner of the pixels; write the agency's business id"
    ]


def test_the_ad_accounts_of_a_pixel_need_a_task_that_permits_ad_accounts() -> None:
    grant = "{tasks: [UPLOAD], ad_accounts: ['12']}"

    assert mistakes(HEAD + AGENCY.replace("[ANALYZE]", grant)) == [
        "10:47: an ad account needs the task ADVERTISE or ANALYZE; add one to the tasks of "
        "'shop-de', or remove the ad accounts"
    ]


def test_the_ad_accounts_of_an_agency_need_a_task_that_permits_ad_accounts() -> None:
    text = AGENCY.replace("[ANALYZE]", "[UPLOAD]")

    assert mistakes(f"{HEAD}{text}    ad_accounts: ['12']\n") == [
        "10:16: the ad accounts of agency 'northlight' need the task ADVERTISE or ANALYZE; add one "
        "here, or write `ad_accounts: []` for this pixel"
    ]


def test_an_ad_account_with_and_without_its_prefix_is_listed_twice() -> None:
    assert mistakes(f"{HEAD}{AGENCY}    ad_accounts: [act_12, 12]\n") == [
        "11:27: '12' is listed twice; remove one of them"
    ]


def test_a_former_label_that_exists_is_a_mistake() -> None:
    text = HEAD.replace('"1290034567800002"', "{id: 1, previously: [shop-de]}")

    assert mistakes(text) == [
        "5:33: 'shop-de' is a label in this file, so it is not a former label; remove it "
        "from `previously`"
    ]


def test_a_former_label_that_is_claimed_twice_is_a_mistake() -> None:
    text = HEAD.replace('"1290034567800002"', "{id: 1, previously: [old]}")

    assert mistakes(text.replace('"1290034567800001"', "{id: 2, previously: [old]}")) == [
        "5:33: 'old' is already a former label of pixel 'shop-de'; keep it in one `previously`"
    ]


def test_access_under_a_former_label_is_a_mistake() -> None:
    text = HEAD.replace('"1290034567800002"', "{id: 1, previously: [old]}")

    assert mistakes(text + AGENCY.replace("shop-de", "old")) == [
        "10:7: 'old' is a former label; write 'shop-fr'"
    ]


def test_two_grants_with_the_same_resource_name_are_a_mistake() -> None:
    text = """\
version: 1
owner: "1"
pixels: {c: "2", b-c: "3"}
agencies:
  a-b: {business: "4", access: {c: [ANALYZE]}}
  a: {business: "5", access: {b-c: [ANALYZE]}}
"""

    assert mistakes(text) == [
        "6:31: the resource of 'a' on 'b-c' and the resource of 'a-b' on 'c' have the same name "
        "'a-b-c'; choose another label"
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (
            "{finding: unmanged, reason: x, expires_on: 2027-01-01}",
            "7:15: 'unmanged' is not a finding; did you mean 'unmanaged'?",
        ),
        (
            "{finding: x, reason: x, expires_on: 2027-01-01}",
            "7:15: 'x' is not a finding; the findings are unmanaged, drifted, declared-twice, "
            "overdue, open-request, ended-by-owner, without-ad-account, silent-pixel, edit, "
            "unknown-task, all-pixels",
        ),
        (
            "{finding: edit, expires_on: 2027-01-01}",
            "7:5: `reason` is missing; write `reason: Sister company`",
        ),
        (
            "{finding: edit, reason: x}",
            '7:5: `expires_on` is missing; write `expires_on: "2027-03-31"`',
        ),
        (
            "{finding: edit, reason: '', expires_on: 2027-01-01}",
            "7:29: the reason is empty; write why the owner accepts the finding",
        ),
        (
            "{finding: edit, reason: ' ', expires_on: 2027-01-01}",
            "7:29: the reason is empty; write why the owner accepts the finding",
        ),
        (
            "{finding: edit, pixel: shop-dd, reason: x, expires_on: 2027-01-01}",
            "7:28: there is no pixel 'shop-dd'; did you mean 'shop-de'?",
        ),
        (
            "{finding: edit, pixels: 5, reason: x, expires_on: 2027-01-01}",
            "7:21: there is no key 'pixels' here; did you mean 'pixel'?",
        ),
    ],
)
def test_a_mistake_in_an_accepted_finding_is_found(entry: str, expected: str) -> None:
    assert mistakes(f"{HEAD}accepted:\n  - {entry}\n") == [expected]


def test_a_finding_that_is_accepted_twice_is_a_mistake() -> None:
    entry = "{finding: edit, pixel: %s, reason: x, expires_on: 2027-01-01}"
    both = f"  - {entry % 'shop-de'}\n  - {entry % '1290034567800001'}\n"

    assert mistakes(f"{HEAD}accepted:\n{both}") == [
        "8:5: the same finding is accepted in line 7; keep one of the entries"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {<<: {b: 1}}\n", "1:5: the YAML merge key `<<` is not supported; write the keys "
         "themselves"),
        ("version: 1\nowner: !!str 1\n", "2:8: a YAML tag is not supported; remove the word with "
         "`!`"),
        ("version: 1\nversion: 1\nowner: 1\n", "2:1: the key `version` is already in line 1; keep "
         "one of them"),
        (f"{HEAD}---\na: 1\n", "6:1: a second YAML document begins here; keep one document in the "
         "file, and remove this line"),
        ("? [a]\n: b\n", "1:3: a key has to be text; write a key such as `pixels:`"),
        ("version: 1\n\towner: 1\n", "2:1: YAML does not allow a tab here; write spaces"),
        ("owner: 'x\n", "1:8: this quotation mark has no end; write the second one"),
        ("a: \x07\n", "1:4: this character is not allowed in YAML; remove it"),
        ('owner: "\\UFFFFFFFF"\n', "1:9: this escape code is not a character; write the character "
         "itself"),
        ("a: b: c\n", "1:5: this colon turns the text before it into a key; write the whole text "
         "in quotes, or correct the indentation"),
        ("a: @b\n", "1:4: a text that begins with this character has to be in quotes"),
        ("a: [b\n", "2:1: this is not YAML (expected ',' or ']', but got '<stream end>'); correct "
         "the indentation, quotes or brackets here"),
        ("a: " + "[" * 50 + "]" * 50, "1:23: the file has too many levels here"),
    ],
)  # fmt: skip
def test_yaml_that_cannot_be_used_is_a_mistake(text: str, expected: str) -> None:
    assert mistakes(text) == [expected]


def test_an_anchor_and_its_alias_are_mistakes() -> None:
    assert mistakes("a: &x 1\nb: *x\n") == [
        "1:4: the YAML anchor `&x` is not supported; remove it",
        "2:4: the YAML alias `*x` is not supported; write the value itself",
    ]


def test_an_alias_bomb_is_refused_without_expanding_it() -> None:
    bomb = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))

    assert len(mistakes("a0: &a0 [x]\n" + bomb)) == 40 + 39 * 9


def failure(path: Path) -> str:
    with pytest.raises(AccessFileError) as raised:
        load(path)
    return str(raised.value).removeprefix(str(path))


def test_a_file_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    expected = ": the file cannot be read (No such file or directory); check its path"

    assert failure(tmp_path / "access.yaml") == expected


def test_a_folder_is_reported(tmp_path: Path) -> None:
    assert failure(tmp_path) == ": the file cannot be read (Is a directory); check its path"


def test_a_file_in_another_encoding_is_reported_with_the_place(tmp_path: Path) -> None:
    path = tmp_path / "access.yaml"
    path.write_bytes("version: 1\n# für\n".encode("latin-1"))

    assert failure(path) == ":2:4: the file is not in UTF-8; save it in this encoding"


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "access.yaml"
    path.write_bytes(b"#" * 10_000_001)

    assert failure(path) == ": the file has more than 10 MB; divide it between several stacks"


def test_a_mistake_is_reported_in_a_file_of_accepted_findings(tmp_path: Path) -> None:
    path = tmp_path / "accepted.yaml"
    path.write_text("accepted:\n  - {finding: edit, pixel: shop-de, reason: x, expires_on: x}\n")

    with pytest.raises(AccessFileError) as raised:
        load_accepted(path)

    assert [(each.line, each.column, each.sentence) for each in raised.value.mistakes] == [
        (2, 28, "there is no pixel 'shop-de'; write a label or the pixel's id"),
        (2, 60, "'x' is not a date; write YYYY-MM-DD"),
    ]
