"""One sentence for a text that is not YAML or JSON, or for data that pydantic refuses."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

#: The names of types in YAML and JSON, where pydantic's messages contain those of Python.
_TYPES = {
    "dataclass_type": "a mapping",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "sequence_str": "a list",
    "tuple_type": "a list",
}
_PREFIX = "Input should be "


class ParseError(Exception):
    """A text that is neither YAML nor JSON. The message is one line."""


def parsed(text: str | bytes) -> object:
    """Return the data in JSON or YAML text. Raise ParseError.

    JSON is not read as YAML: PyYAML would turn an escaped emoji into two surrogates, which no
    output can contain.
    """
    try:
        with suppress(ValueError):
            return json.loads(text)
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ParseError(f"not YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise ParseError("it is nested too deeply") from None


def sentence(error: ValidationError, known: Callable[..., Sequence[str]]) -> str:
    """Return one line that begins with the place of the first mistake, such as `pixels[0].owner`.

    `known` takes a place, and returns the names of the fields there. Later mistakes are left out,
    because they often result from the first one.
    """
    first = error.errors()[0]
    where = ""
    for part in first["loc"]:
        where += f"[{part}]" if isinstance(part, int) else f".{part}" * (part != "[key]")
    return ": ".join(filter(None, (where.lstrip("."), _problem(first, known))))


def _problem(error: ErrorDetails, known: Callable[..., Sequence[str]]) -> str:
    kind, message = error["type"], error["msg"]
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind.startswith("missing"):
        return "is required"
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        *place, name = error["loc"]
        names = known(*place)
        near = difflib.get_close_matches(str(name), names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(names) or 'none'}"
        return f"no such field; {hint}"
    if kind in _TYPES or message.startswith(_PREFIX):
        wanted = _TYPES.get(kind, message.removeprefix(_PREFIX))
        return f"must be {wanted}, not {shown(error['input'])}"
    return message


def shown(value: object) -> str:
    """Return a value from a file or a request as text for an error message."""
    return "nothing" if value is None else repr(value)
