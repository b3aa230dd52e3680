"""A Python module that declares shares and permissions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from metapixel_cli.importing.selection import Permission, Selection, Share
from metapixel_cli.importing.targets import Draft, free_path, quoted
from metapixel_cli.stacks.engine import name_of
from metapixel_provider.access_file.labels import labels
from metapixel_provider.errors import one_line
from metapixel_provider.sharing.tasks import Task

_HEADER = '"""Access to pixels that existed at Meta when `metapixel import` wrote this module."""'
_INDENT = "    "


@dataclass(frozen=True)
class ProgramTarget:
    """A Python module, as the target of an import.

    If the module exists, the access goes into a new module with the date in its name, because an
    import edits no Python file. `credentials` is the credential set of the resources, or None.
    """

    path: Path
    today: date
    credentials: str | None = None

    def draft(self, selection: Selection, urns: Collection[str]) -> Draft:
        text = module(selection, {*map(name_of, urns)}, self.credentials)
        path, exists = free_path(self.path, text, self.today)
        return Draft(path, text, exists, (f"import {path.stem}",))


def module(selection: Selection, taken: Collection[str], credentials: str | None) -> str:
    return _Module(selection, taken, credentials).text()


class _Module:
    def __init__(
        self, selection: Selection, taken: Collection[str], credentials: str | None
    ) -> None:
        self._shares = {(each.pixel.id, each.agency.id): each for each in selection.shares.values()}
        self._permissions: defaultdict[tuple[str, str], list[Permission]] = defaultdict(list)
        for permission in selection.permissions:
            self._permissions[permission.pixel.id, permission.group].append(permission)
        self._businesses = selection.business_names
        self._labels = labels(selection.pixel_names, self._businesses)
        self._taken = frozenset(taken)
        self._credentials = credentials

    def text(self) -> str:
        by_business: defaultdict[str, list[str]] = defaultdict(list)
        for key in sorted({*self._shares, *self._permissions}, key=self._names):
            by_business[key[1]] += self._statements(key)
        blocks = [_HEADER, *self._imports()]
        for business in sorted(by_business, key=self._labels.agencies.__getitem__):
            name = one_line(self._businesses[business])
            title = f"{name} ({business})" if name else f"Business {business}"
            blocks.append("\n".join([f"# {title}", *by_business[business]]))
        return "\n\n".join(blocks) + "\n"

    def _imports(self) -> Iterator[str]:
        if self._permissions and self._shares:
            yield "import pulumi"
        used = ["PixelAdAccountPermission"] if self._permissions else []
        used += ["PixelAgencyShare", "Task"] if self._shares else []
        yield f"from pulumi_metapixel import {', '.join(used)}"

    def _names(self, key: tuple[str, str]) -> tuple[str, str]:
        pixel, business = key
        return self._labels.agencies[business], self._labels.pixels[pixel]

    def _statements(self, key: tuple[str, str]) -> Iterator[str]:
        name = "-".join(self._names(key))
        share, permissions = self._shares.get(key), self._permissions.get(key, [])
        variable = _variable(name) if share and permissions else ""
        if share:
            own = f"{name}-{key[0]}" if name in self._taken else name
            yield from self._share(own, share, variable)
        if permissions:
            yield from self._loop(name, permissions, variable)

    def _share(self, name: str, share: Share, variable: str) -> Iterator[str]:
        tasks = ", ".join(f"Task.{Task(task).name}" for task in share.agency.settable)
        yield f"{variable} = PixelAgencyShare(" if variable else "PixelAgencyShare("
        yield from _arguments(
            quoted(name),
            f"pixel_id={quoted(share.pixel.id)}",
            f"agency_business_id={quoted(share.agency.id)}",
            f"permitted_tasks=[{tasks}]",
            *self._credential_set(),
            comments={1: share.pixel.name},
        )
        yield ")"

    def _loop(self, name: str, permissions: list[Permission], variable: str) -> Iterator[str]:
        yield "for ad_account_id in ("
        accounts = [each.account for each in sorted(permissions, key=lambda each: each.account.id)]
        comments = {n: account.name for n, account in enumerate(accounts)}
        yield from _arguments(*(quoted(account.id) for account in accounts), comments=comments)
        yield "):"
        first = permissions[0]
        own = name
        if any(f"{name}-{account.id}" in self._taken for account in accounts):
            own = f"{name}-{first.pixel.id}"
        yield f"{_INDENT}PixelAdAccountPermission("
        options = [f"opts=pulumi.ResourceOptions(depends_on=[{variable}])"] if variable else []
        arguments = _arguments(
            f'f"{own}-{{ad_account_id}}"',
            f"pixel_id={quoted(first.pixel.id)}",
            f"business_id={quoted(first.business_id)}",
            "ad_account_id=ad_account_id",
            *self._credential_set(),
            *options,
            comments={1: "" if variable else first.pixel.name},
        )
        yield from (f"{_INDENT}{line}" for line in arguments)
        yield f"{_INDENT})"

    def _credential_set(self) -> list[str]:
        return [] if self._credentials is None else [f"credentials={quoted(self._credentials)}"]


def _arguments(*arguments: str, comments: dict[int, str]) -> Iterator[str]:
    """Yield one argument per line. `comments` has the comments by the argument's index."""
    for number, argument in enumerate(arguments):
        # A name is not trusted, and a line break would end the comment.
        comment = one_line(comments.get(number, ""))
        yield f"{_INDENT}{argument},{f'  # {comment}' if comment else ''}"


def _variable(name: str) -> str:
    """Return the Python variable for a name of lower-case letters, digits and hyphens."""
    variable = name.replace("-", "_")
    return f"share_{variable}" if variable[0].isdigit() else variable
