"""The pages with generated tables. In a page, a table is between two comments with its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from metapixel_cli.probe.experiments import QUESTIONS
from metapixel_cli.probe.questions import Question
from metapixel_policy import RULES
from metapixel_simulator.faults import KINDS
from metapixel_simulator.switches import describe
from tools.tables.errors import errors
from tools.tables.reference import components, resources
from tools.tables.rules import markdown

ROOT = Path(__file__).parents[2]


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


def _table(head: str, rows: Iterable[str]) -> str:
    line = re.sub(r"[^|]+", "---", head)
    return "\n".join([head, line, *rows])


def _questions() -> str:
    head = "| question | answer in the simulator | probed |"
    return _table(head, map(_question, QUESTIONS))


def _question(question: Question) -> str:
    assumed = _code(question.assumed)
    calls = " ".join((question.experiment.__doc__ or "").split()).removesuffix(".")
    return f"| `{question.name}` | {assumed} | {calls} |"


def _switches() -> str:
    return _table("| switch | default | values | meaning |", map(_switch, describe()))


def _switch(switch: Mapping[str, object]) -> str:
    allowed = switch["allowed"]
    values = ", ".join(map(_code, allowed)) if isinstance(allowed, tuple) else allowed
    return f"| `{switch['name']}` | {_code(switch['default'])} | {values} | {switch['meaning']} |"


def _faults() -> str:
    effects = {kind: " ".join((effect.__doc__ or "").split()) for kind, effect in KINDS.items()}
    rows = (f"| `{kind}` | {effect} |" for kind, effect in effects.items())
    return _table("| kind | effect |", rows)


def _code(value: object) -> str:
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


#: The tables of each page, by their names.
PAGES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "ARCHITECTURE.md": {"errors": errors},
    "docs/policy.md": {"rules": lambda: markdown(RULES)},
    "docs/probe.md": {"questions": _questions},
    "docs/resources.md": {"resources": resources, "components": components},
    "docs/simulator-reference.md": {"switches": _switches, "faults": _faults},
}
