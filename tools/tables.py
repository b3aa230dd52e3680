"""The tables in the documentation that follow from the code. `python -m tools.tables` writes them.

In a page, a table is between two comments with its name.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from pulumi_policy import Policy, StackValidationPolicy

import pulumi_metapixel
from metapixel_cli.probe.experiments import QUESTIONS
from metapixel_plugin.schema import COMPONENTS, arguments, texts_of_inputs, texts_of_outputs
from metapixel_policy import RULES
from metapixel_policy.settings import required, settings_of
from metapixel_provider.sharing.resource_types import Input, ResourceType
from metapixel_simulator.faults import KINDS
from metapixel_simulator.switches import describe
from pulumi_metapixel import PixelAccess, declare_access_file

ROOT = Path(__file__).parents[1]


def main() -> None:
    for path, text in outdated().items():
        (ROOT / path).write_text(text, encoding="utf-8")
        print(path)


def outdated() -> dict[str, str]:
    """Return the text that each page with an outdated table should have, by its path."""
    found = {}
    for path, tables in PAGES.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        new = text
        for name, table in tables.items():
            new = _inserted(new, name, table().rstrip())
        if new != text:
            found[path] = new
    return found


def _inserted(page: str, name: str, table: str) -> str:
    begin, end = f"<!-- {name}: `make tables` writes this -->", f"<!-- end of {name} -->"
    before, _, rest = page.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise LookupError(f"no page has a place for the table {name}")
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    heads = tuple(heads)
    lines = [_row(heads), "|---" * len(heads) + "|", *map(_row, rows)]
    return "\n".join(lines)


def _row(cells: Iterable[object]) -> str:
    return "".join(f"| {cell} " if cell != "" else "| " for cell in cells) + "|"


def _one_line(docstring: str | None) -> str:
    return " ".join((docstring or "").split())


def _code(value: object) -> str:
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _words(words: Iterable[str]) -> str:
    return ", ".join(map(_code, words))


# The policy pack


def _rule(rule: Policy) -> str:
    severity = rule.severity.value if rule.severity else "unspecified"
    scope = ", whole stack" if isinstance(rule, StackValidationPolicy) else ""
    lines = [f"### `{rule.name}`", "", f"{rule.description} ({severity}{scope})", ""]
    settings = settings_of(rule)
    for name, setting in settings.items():
        line = f"- `{name}`: {setting['description']}"
        if "default" in setting:
            line += f" Default: `{json.dumps(setting['default'])}`."
        lines.append(line)
    needed = " or ".join(map(_code, required(settings)))
    if needed:
        lines += ["", f"The rule does not apply until you configure {needed}."]
    return "\n".join(lines).rstrip() + "\n"


# The resources and the components


def _resource(resource: ResourceType) -> str:
    declared = getattr(pulumi_metapixel, resource)
    input_meanings = texts_of_inputs(declared.__init__)
    output_meanings = texts_of_outputs(declared)
    inputs, outputs = [], []
    for given in resource.inputs:
        if given.name != "credentials" and not given.passed_on:
            inputs.append((_code(given.name), _value(given), input_meanings[given.name]))
    for returned in resource.outputs:
        meaning = f"{output_meanings[returned.name]} {_words(returned.words)}".strip()
        outputs.append((_code(returned.name), meaning))
    return _described(
        declared,
        _table(("input", "value", "meaning"), inputs),
        _table(("output", "meaning"), outputs),
    )


def _value(input_: Input) -> str:
    facts = [_words(input_.form.words) or input_.form.name]
    if input_.required:
        facts.append("required")
    elif input_.name == "on_existing":
        facts.append("default `adopt`")
    if input_.replaces:
        facts.append("replaces")
    return "; ".join(facts)


def _component(component: type) -> str:
    rows = []
    for name, (text, is_required) in arguments(component).items():
        meaning = f"Required. {text}" if is_required else text
        rows.append((_code(name), meaning))
    returned = ((_code(name), text) for name, text in texts_of_outputs(component).items())
    return _described(
        component,
        _table(("argument", "meaning"), rows),
        _table(("output", "meaning"), returned),
    )


def _access_file() -> str:
    rows = ((_code(name), text) for name, text in texts_of_inputs(declare_access_file).items())
    return _described(declare_access_file, _table(("argument", "meaning"), rows))


def _described(declared: Callable[..., object], *tables: str) -> str:
    text = (inspect.getdoc(declared) or "").partition("\n\n:param")[0]
    return "\n\n".join([text, *tables])


# The simulator, and the questions about Meta


def _questions() -> str:
    rows = ((_code(each.name), _one_line(each.experiment.__doc__)) for each in QUESTIONS)
    return _table(("question", "calls"), rows)


def _switches() -> str:
    rows = ((_code(each["name"]), _values(each), each["meaning"]) for each in describe())
    return _table(("switch", "values", "meaning"), rows)


def _values(switch: Mapping[str, object]) -> str:
    """Return the values of a switch, with the default first if all values are listed."""
    allowed, default = switch["allowed"], switch["default"]
    if isinstance(allowed, tuple):
        return _words(sorted(allowed, key=lambda each: each != default))
    return f"{allowed}; default {_code(default)}"


def _faults() -> str:
    rows = ((_code(kind), _one_line(effect.__doc__)) for kind, effect in KINDS.items())
    return _table(("kind", "effect"), rows)


#: The tables of each page, by their names.
PAGES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "docs/policy.md": {"rules": lambda: "\n".join(map(_rule, RULES))},
    "docs/probe.md": {"questions": _questions},
    "docs/resources.md": {
        **{str(each): partial(_resource, each) for each in ResourceType},
        **{each.__name__: partial(_component, each) for each in COMPONENTS.values()},
        "PixelAccess": partial(_described, PixelAccess),
        "declare_access_file": _access_file,
    },
    "docs/simulator-reference.md": {"switches": _switches, "faults": _faults},
}

if __name__ == "__main__":
    main()
