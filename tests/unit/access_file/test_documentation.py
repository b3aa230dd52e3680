"""The examples of docs/access-file.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from metapixel_provider.access_file.model import FindingName
from metapixel_provider.access_file.reader import load_accepted, loads
from metapixel_provider.access_file.shape import (
    AcceptedShape,
    AgencyShape,
    FileShape,
    GrantShape,
)
from tests.unit.access_file.files import COMPLETE, mistakes

PAGE = (Path(__file__).parents[3] / "docs/access-file.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 4


@pytest.mark.parametrize("example", [each for each in EXAMPLES if "owner:" in each])
def test_an_example_is_read_with_its_access(example: str) -> None:
    assert list(loads(example).grants())


@pytest.mark.parametrize("example", [each for each in EXAMPLES if "owner:" not in each])
def test_an_example_of_accepted_findings_is_read(example: str, tmp_path: Path) -> None:
    path = tmp_path / "accepted.yaml"
    path.write_text(example)

    assert load_accepted(path)


def test_the_page_quotes_the_mistakes_as_they_are_reported() -> None:
    text = COMPLETE.replace('"1290034567800001"', "1_000").replace("[ANALYZE]", "[ANALYSE]")
    (quoted,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)

    found = mistakes(text.replace("pixel: shop-de", "pixel: shop-dee"))

    assert quoted.splitlines() == [f"access.yaml:{each}" for each in found]


@pytest.mark.parametrize("shape", [FileShape, AgencyShape, GrantShape, AcceptedShape])
def test_the_page_has_a_table_with_each_key(shape: type[FileShape]) -> None:
    tables = re.findall(r"(?:^\| `.*\n)+", PAGE, re.MULTILINE)
    keys = [re.findall(r"^\| `(\w+)`", table, re.MULTILINE) for table in tables]

    assert list(shape.model_fields) in keys


def test_the_page_lists_each_finding() -> None:
    assert all(f"`{name}`" in PAGE for name in FindingName)
