"""The texts in the docstrings of the SDK, which the schema and the reference pages repeat.

Only the first paragraph about an input or output is repeated. What follows is about Python.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping

#: An annotated attribute of a class, with its text.
_ATTRIBUTE = re.compile(r'^    ([a-z_]+): [^\n]+\n    """(.*?)"""', re.DOTALL | re.MULTILINE)
_PARAMETER = re.compile(r":param (\w+): (.*?)(?=\n\s*:param|\Z)", re.DOTALL)


def of_inputs(function: Callable[..., object]) -> Mapping[str, str]:
    """Return the text about each parameter of a function, such as the `__init__` of a resource."""
    return _texts(_PARAMETER.findall(inspect.getdoc(function) or ""))


def of_outputs(declared: type) -> Mapping[str, str]:
    """Return the text about each declared attribute of a resource or component."""
    return _texts(_ATTRIBUTE.findall(inspect.getsource(declared)))


def _texts(found: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    return {name: " ".join(text.partition("\n\n")[0].split()) for name, text in found}
