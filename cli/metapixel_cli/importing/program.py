"""A Python module that declares the access of agencies, and other permissions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from metapixel_cli.grants.words import named
from metapixel_cli.importing.selection import Selection
from metapixel_cli.importing.targets import Draft, Pair, code_to_add, new_text, pairs, quoted
from metapixel_cli.stacks.engine import name_of
from metapixel_provider.access_file.model import share_name
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS, in_order
from metapixel_provider.texts import one_line


def draft_module(
    path: Path, credentials: str | None, selection: Selection, urns: Collection[str]
) -> Draft:
    """Return a module as a draft. `credentials` is the credential set of the resources."""
    text = module(selection, {*map(name_of, urns)}, credentials)
    return Draft(path, new_text(path, text), code_to_add(path, f"    import {path.stem}"))


class _Code(str):
    """Text that a template writes as it is. All other values become literals."""


def _literal(value: object) -> str:
    return value if isinstance(value, _Code) else quoted(str(value))


@dataclass
class _Business:
    """The access of one business.

    The component `name` declares the shares of the pixels that are `shared`, with their ad
    accounts. Those in `separate` have permissions of their own. A pair can be in both.
    """

    id: str
    name: str
    shared: list[Pair]
    separate: list[Pair]

    @property
    def variable(self) -> _Code:
        """The variable of the component, or an empty text if no permission depends on it."""
        # A separate permission depends on the share of its pixel, which the component declares.
        has_dependent_permission = any(pair.share for pair in self.separate)
        if not has_dependent_permission:
            return _Code("")
        variable = self.name.replace("-", "_")
        return _Code(f"access_{variable}" if variable[0].isdigit() else variable)


def module(selection: Selection, taken: Collection[str], credentials: str | None) -> str:
    """Return the module. `taken` are the names that a new resource cannot use."""
    businesses = []
    imported = set[str]()
    # The pairs are sorted by the label of the business.
    for _, of_business in groupby(pairs(selection, taken), lambda pair: pair.group):
        business = _business([*of_business], taken)
        businesses.append(business)
        if business.shared:
            imported |= {"AgencyAccess", "PixelAccess", "Task"}
        if business.separate:
            imported.add("PixelAdAccountPermission")
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        # Python is not HTML: `finalize` escapes what no filter has marked as code.
        autoescape=False,  # noqa: S701
        finalize=_literal,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(code=_Code, one_line=one_line, comment=_comment, tasks=_tasks)
    return environment.get_template("module.py.j2").render(
        businesses=businesses,
        title=lambda id_: named(one_line(selection.business_names[id_]), id_, "business"),
        # Only the dependency of a permission on a variable needs `pulumi.ResourceOptions`.
        needs_pulumi=any(each.variable for each in businesses),
        used=", ".join(sorted(imported)),
        credentials=credentials,
    )


def _business(found: Sequence[Pair], taken: Collection[str]) -> _Business:
    label = found[0].group_label
    shared = [pair for pair in found if pair.share]
    separate = []
    for pair in found:
        # The component declares only ad accounts that the tasks of a share allow.
        lacks_task = ALLOW_AD_ACCOUNTS.isdisjoint(pair.tasks)
        if pair.accounts and lacks_task:
            separate.append(pair)
    # If another resource has the name of the component or of a share, the label gets a number.
    name, number = label, 1
    while {name, *(share_name(name, pair.label) for pair in shared)}.intersection(taken):
        number += 1
        name = f"{label}-{number}"
    return _Business(found[0].group, name, shared, separate)


def _tasks(tasks: Iterable[str]) -> _Code:
    names = [f"Task.{task.name}" for task in in_order(tasks)]
    return _Code(", ".join(names))


def _comment(text: str) -> _Code:
    """Return untrusted text as a comment, which a line break would end."""
    line = one_line(text)
    return _Code(f"  # {line}" if line else "")
