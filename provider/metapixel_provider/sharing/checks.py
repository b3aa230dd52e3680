"""The check of the inputs of a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.sharing.contract import UNKNOWN, Checked, Problem, Properties

if TYPE_CHECKING:
    from metapixel_provider.sharing.forms import Form
    from metapixel_provider.sharing.resources import Resource


def check(described: Resource, given: Properties) -> Checked:
    """Return the inputs in their normal form, and their problems. Unknown values are kept."""
    inputs: Properties = {}
    problems = []
    for each in described.inputs:
        value = given.get(each.name)
        if value is None:
            if each.required:
                problems.append(Problem(each.name, "is required"))
            continue
        try:
            inputs[each.name] = _normal(each.form, value)
        except ValueError as error:
            inputs[each.name] = value
            problems.append(Problem(each.name, str(error)))
    names = {each.name for each in described.inputs}
    problems += [
        Problem(name, "there is no such input")
        for name, value in given.items()
        if value is not None and name not in names
    ]
    return Checked(inputs, tuple(problems))


def _normal(form: Form, value: object) -> object:
    """Return a value in its normal form. A list with an unknown value is kept unchanged."""
    if value is UNKNOWN:
        return value
    if isinstance(value, list | tuple) and UNKNOWN in value:
        if known := [each for each in value if each is not UNKNOWN]:
            form.normal(known)
        return list(value)
    return form.normal(value)
