"""A Python module that declares shares and permissions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from metapixel_cli.grants.words import named
from metapixel_cli.importing.selection import Access, Selection
from metapixel_cli.importing.targets import Draft, exists, quoted
from metapixel_cli.stacks.engine import name_of
from metapixel_provider.access_file.labels import labels
from metapixel_provider.access_file.model import share_name
from metapixel_provider.errors import one_line
from metapixel_provider.sharing.estate.estate import AdAccount, PixelAccess
from metapixel_provider.sharing.tasks import in_order


@dataclass(frozen=True)
class ProgramTarget:
    """A Python module, as the target of an import.

    `credentials` is the credential set of the resources, or None.
    """

    path: Path
    credentials: str | None = None

    def draft(self, selection: Selection, urns: Collection[str]) -> Draft:
        text = module(selection, {*map(name_of, urns)}, self.credentials)
        return Draft(self.path, text, exists(self.path, text), (f"import {self.path.stem}",))


@dataclass
class _Pair:
    """The access of a business to a pixel.

    `name` is the name of the share, unless it is one of the `taken` names of other resources.
    """

    business: str
    pixel: PixelAccess
    business_id: str
    name: str
    taken: Collection[str]
    share: Access | None = None
    accounts: list[AdAccount] = field(default_factory=list)

    @property
    def share_name(self) -> str:
        return self._free(self.name in self.taken)

    @property
    def account_name(self) -> str:
        """The name of each permission, as the content of an f-string."""
        is_taken = any(f"{self.name}-{each.id}" in self.taken for each in self.accounts)
        return f"{self._free(is_taken)}-{{ad_account_id}}"

    @property
    def variable(self) -> str:
        """The variable of a share on which permissions depend, or an empty string."""
        if not (self.share and self.accounts):
            return ""
        variable = self.name.replace("-", "_")
        return f"share_{variable}" if variable[0].isdigit() else variable

    @property
    def tasks(self) -> str:
        """The members of the SDK's enumeration, as code."""
        tasks = in_order(self.share.tasks) if self.share else ()
        return ", ".join(f"Task.{task.name}" for task in tasks)

    def _free(self, is_taken: bool) -> str:
        return f"{self.name}-{self.pixel.id}" if is_taken else self.name


class _Code(str):
    """Text that a template writes as it is. All other values become literals."""


def module(selection: Selection, taken: Collection[str], credentials: str | None) -> str:
    """Return the module. `taken` are the names that a new resource cannot use."""
    found = labels(selection.pixel_names, selection.business_names)
    pairs: dict[tuple[str, str], _Pair] = {}
    for access in sorted(selection.access.values(), key=lambda each: each.id):
        pixel, group = access.pixel, access.group
        key = found.agencies[group], found.pixels[pixel.id]
        business = named(one_line(selection.business_names[group]), group, "business")
        new = _Pair(business, pixel, access.business_id, share_name(*key), taken)
        pair = pairs.setdefault(key, new)
        if access.account is None:
            pair.share = access
        else:
            pair.accounts.append(access.account)
    every = [pair for _, pair in sorted(pairs.items(), key=lambda each: each[0])]
    used = ["PixelAdAccountPermission"] if any(each.accounts for each in every) else []
    used += ["PixelAgencyShare", "Task"] if any(each.share for each in every) else []
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
    environment.filters.update(code=_Code, comment=_comment, beside=_beside)
    return environment.get_template("module.py.j2").render(
        pairs=every,
        needs_pulumi=any(each.variable for each in every),
        used=", ".join(used),
        credentials=credentials,
    )


def _comment(text: str) -> _Code:
    """Return untrusted text for a comment, which a line break would end."""
    return _Code(one_line(text))


def _beside(text: str) -> _Code:
    return _Code(f"  # {comment}" if (comment := _comment(text)) else "")
