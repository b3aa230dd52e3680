"""The JSON Schema of the access file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from itertools import islice

import yaml
from jsonschema import Draft7Validator, FormatChecker

from metapixel_provider.access_file.errors import AccessFileError
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.reader import loads
from metapixel_provider.access_file.schema import SCHEMA
from metapixel_provider.sharing.tasks import Task
from tests.unit.access_file.files import COMPLETE

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


def changed() -> Iterator[object]:
    """Yield the data of a complete access file, with each single change."""
    complete = yaml.safe_load(COMPLETE)
    yield complete
    for change in range(len(list(_changes(complete)))):
        data = deepcopy(complete)
        next(islice(_changes(data), change, None))()
        yield data


def _changes(node: object) -> Iterator[Callable[[], None]]:
    """Yield the changes in a list or mapping and everything in it."""
    if not isinstance(node, (dict, list)):
        return
    for key in list(node) if isinstance(node, dict) else range(len(node)):
        yield partial(node.__delitem__, key)
        yield from (partial(node.__setitem__, key, value) for value in VALUES)
        yield from _changes(node[key])
    if isinstance(node, dict):
        yield from (partial(node.setdefault, key, "12") for key in KEYS)


def test_the_schema_accepts_what_the_reader_accepts() -> None:
    for data in changed():
        text = json.dumps(data)
        try:
            loads(text)
            found = []
        except AccessFileError as error:
            found = [each for each in error.mistakes if not RULES.search(each.sentence)]

        assert VALIDATOR.is_valid(data) == (not found), text
