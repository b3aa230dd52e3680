"""A Python module that declares shares and permissions."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from metapixel_cli.grants.listed import Listed
from metapixel_cli.grants.words import named
from metapixel_cli.importing.selection import Selection
from metapixel_cli.importing.targets import (
    Draft,
    Pair,
    Target,
    code_to_add,
    new_text,
    pairs,
    quoted,
)
from metapixel_cli.stacks.engine import name_of
from metapixel_provider.access_file.labels import labels
from metapixel_provider.errors import one_line
from metapixel_provider.sharing.tasks import in_order


def module_target(path: Path, credentials: str | None = None) -> Target:
    """Return a module as a target. `credentials` is the credential set of the resources."""

    def draft(selection: Selection, urns: Collection[str]) -> Draft:
        text = module(selection, {*map(name_of, urns)}, credentials)
        return Draft(path, new_text(path, text), code_to_add(path, f"    import {path.stem}"))

    return Target(path, draft)


class _Code(str):
    """Text that a template writes as it is. All other values become literals."""


def module(selection: Selection, taken: Collection[str], credentials: str | None) -> str:
    """Return the module. `taken` are the names that a new resource cannot use."""
    every = pairs(selection, labels(selection.pixel_names, selection.business_names), taken)
    used = ["PixelAdAccountPermission"] if any(each.accounts for each in every) else []
    used += ["PixelAgencyShare", "Task"] if any(each.share for each in every) else []
    names = {id_: one_line(name) for id_, name in selection.business_names.items()}
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        # Python is not HTML: `finalize` escapes what no filter has marked as code.
        autoescape=False,  # noqa: S701
        finalize=lambda value: value if isinstance(value, _Code) else quoted(str(value)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(code=_Code, comment=_comment, beside=_beside, tasks=_tasks)
    environment.filters["variable"] = _variable
    return environment.get_template("module.py.j2").render(
        pairs=every,
        business=lambda group: named(names[group], group, "business"),
        needs_pulumi=any(map(_variable, every)),
        used=", ".join(used),
        credentials=credentials,
    )


def _variable(pair: Pair) -> _Code:
    """Return the variable of a share on which permissions depend, or an empty string."""
    if not (pair.share and pair.accounts):
        return _Code()
    variable = pair.name.replace("-", "_")
    return _Code(f"share_{variable}" if variable[0].isdigit() else variable)


def _tasks(share: Listed) -> _Code:
    """Return the members of the SDK's enumeration."""
    return _Code(", ".join(f"Task.{task.name}" for task in in_order(share.tasks)))


def _comment(text: str) -> _Code:
    """Return untrusted text for a comment, which a line break would end."""
    return _Code(one_line(text))


def _beside(text: str) -> _Code:
    return _Code(f"  # {comment}" if (comment := _comment(text)) else "")
