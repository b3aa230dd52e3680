"""The JSON Schema of the access file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, FormatChecker

from metapixel_provider.access_file.errors import AccessFileError
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.reader import loads
from metapixel_provider.access_file.schema import SCHEMA
from metapixel_provider.sharing.tasks import Task
from tests.unit.access_file.files import COMPLETE, random_files

VALIDATOR = Draft7Validator(SCHEMA, format_checker=FormatChecker())
#: The mistakes that only a comparison of several values finds.
RULES = re.compile(
    "already|former|is the owner|listed twice|task ADVERTISE or|no pixel|accepted in line|same name"
)

#: Values for any place of a file, of the right form in a few places.
VALUES: list[object] = [
    None, True, 0, 5, -5, 1.5, 10**40, "", "x", "act_12", "12", "2027-02-30", "2027-03-31", "Été",
    "EDIT", "edit", "drifted", [], ["EDIT"], ["EDIT", 1], [7], [None], ["act_7"], ["x-old"], {},
    {"id": "1"}, {"id": 1, "previously": ["x"]}, {"tasks": ["EDIT"]}, {"tasks": []},
    {"tasks": ["UPLOAD"], "expires_on": None}, {"business": 12}, {"business": 1, "access": None},
    {"finding": "edit", "reason": "x", "expires_on": "2027-03-31"}, [{"finding": "edit"}],
]  # fmt: skip
KEYS = ["x", "id", "tasks", "access", "business", "reason", "expires_on", "ad_accounts", "contact"]
KEYS += ["previously", "pixels", "agencies", "accepted", "owner", "version", "a b", "pixel"]
KEYS += ["resend", "subject", "finding"]


def test_the_schema_follows_draft_7() -> None:
    Draft7Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_the_schema_describes_each_task_and_each_finding() -> None:
    choices = {
        each["const"]: each["description"]
        for definition in SCHEMA["definitions"].values()
        for field in definition["properties"].values()
        for each in (*field.get("oneOf", ()), *field.get("items", {}).get("oneOf", ()))
    }

    assert choices.keys() == {*map(str, Task), *map(str, FindingName)}
    assert all(choices.values())


def test_an_unquoted_id_is_not_marked_as_wrong() -> None:
    unquoted = COMPLETE.replace('"1290034567800001"', "1290034567800001")

    assert VALIDATOR.is_valid(yaml.safe_load(unquoted))


def _places(node: object, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """Yield each list and mapping with each index or key. Places higher up occur more often."""
    keys = (
        list(node) if isinstance(node, dict) else range(len(node) if isinstance(node, list) else 0)
    )
    for key in keys:
        yield from [(node, key)] * (1 + 20 // 3**depth)
        yield from _places(node[key], depth + 1)  # type: ignore[index]


@st.composite
def almost_files(draw: st.DrawFn) -> object:
    """Return the data of a complete access file with at most three changes."""
    data = {"": yaml.safe_load(COMPLETE)}
    for _ in range(draw(st.integers(0, 3))):
        node, key = draw(st.sampled_from(list(_places(data))))
        change = draw(st.sampled_from(["replace", "add", "remove"]))
        if change == "add" and isinstance(node, dict) and node is not data:
            key = draw(st.sampled_from(KEYS))
        if change == "remove" and node is not data:
            del node[key]
        else:
            node[key] = deepcopy(draw(st.sampled_from(VALUES)))
    return data[""]


class Dumper(yaml.SafeDumper):
    """A dumper that writes no aliases, and quotes each text: `1e100` is a number in YAML 1.2."""

    def ignore_aliases(self, data: object) -> bool:
        return True


Dumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


@settings(random_files, max_examples=150)
@given(almost_files())
def test_the_schema_accepts_what_the_reader_accepts(data: object) -> None:
    text = yaml.dump(data, Dumper=Dumper, allow_unicode=True, sort_keys=False)

    try:
        loads(text)
        found = []
    except AccessFileError as error:
        found = [each for each in error.mistakes if not RULES.search(each.sentence)]

    assert VALIDATOR.is_valid(data) == (not found)
