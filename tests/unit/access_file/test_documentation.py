"""The examples of docs/access-file.md, and those of accepted findings in docs/access.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from metapixel_provider.access_file import reader
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.reader import loads
from tests.unit.access_file.files import mistakes

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "access-file.md").read_text() + (DOCS / "access.md").read_text()
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = [each for each in BLOCKS if "agencies:\n" in each]
ACCEPTED = [each for each in BLOCKS if each.startswith("accepted:")]


def test_the_page_has_examples() -> None:
    assert EXAMPLES
    assert ACCEPTED


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_read_with_its_access(example: str) -> None:
    assert list(loads(example).grants())


@pytest.mark.parametrize("example", ACCEPTED)
def test_an_example_of_accepted_findings_is_read(example: str) -> None:
    assert loads(example, required=()).accepted


def test_the_page_quotes_the_mistakes_as_they_are_reported() -> None:
    text = EXAMPLES[0].replace('"1290034567800001"', "1_000").replace("[ANALYZE]", "[ANALYSE]")
    quoted, *_ = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)

    found = mistakes(text.replace("shop: {", "shpo: {"))

    assert quoted.splitlines() == [f"access.yaml:{each}" for each in found]


@pytest.mark.parametrize("known", [reader.FILE, reader.AGENCY, reader.GRANT, reader.ACCEPTED])
def test_the_page_has_a_table_with_each_key(known: tuple[str, ...]) -> None:
    tables = re.findall(r"(?:^\| `.*\n)+", PAGE, re.MULTILINE)
    keys = [re.findall(r"^\| `(\w+)`", table, re.MULTILINE) for table in tables]

    assert list(known) in keys


def test_the_page_lists_each_finding() -> None:
    assert all(f"`{name}`" in PAGE for name in FindingName)
