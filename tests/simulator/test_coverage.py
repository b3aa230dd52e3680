"""The pages about the simulator list everything that it serves."""

import re
from pathlib import Path

import pytest

from metapixel_simulator import World
from metapixel_simulator.control import OPERATIONS
from metapixel_simulator.routes import BATCH, ROUTES

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "simulator.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "simulator-reference.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The rows of the first table of a section of the reference, as lists of cells."""
    section = REFERENCE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[1:]]


def test_every_endpoint_is_documented_and_every_documented_one_is_served() -> None:
    documented = [(name, path.strip("`")) for name, path, *_ in table("Endpoints")]

    assert documented == [*((each.name, each.path) for each in ROUTES), (BATCH, "/")]


def test_every_control_operation_is_documented() -> None:
    documented = [row[0].strip("`") for row in table("Control API")]

    assert documented == [f"{method} /_control/{path}".rstrip("/") for method, path in OPERATIONS]


def test_the_documented_world_file_can_be_loaded() -> None:
    text = GUIDE.partition("```yaml\n")[2].partition("```")[0]

    world = World.parse(text)

    assert world.shares == {("300", "200"): ("ANALYZE",)}


@pytest.mark.parametrize("kind", ["businesses", "pixels", "ad_accounts", "tokens"])
def test_the_example_world_is_documented(kind: str) -> None:
    section = GUIDE.partition("\n## The example world\n")[2].partition("\n## ")[0]

    for key in getattr(World.example(), kind):
        short = "…" + key[-1]
        assert f"`{key}`" in section or (kind == "pixels" and f"`{short}`" in section), key
