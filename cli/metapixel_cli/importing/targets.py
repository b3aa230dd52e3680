"""The file that an import writes: a Python module, an access file or a file for Pulumi."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from metapixel_cli.grants.listed import ListedAccess
from metapixel_cli.importing.selection import Selection
from metapixel_cli.stacks.errors import StackError
from metapixel_provider.access_file.labels import labels
from metapixel_provider.access_file.model import AccessFile, share_name
from metapixel_provider.sharing.estate.estate import AdAccount, PixelAccess
from metapixel_provider.sharing.ids import permission_id, share_id
from metapixel_provider.sharing.resource_types import ResourceType


@dataclass(frozen=True)
class Draft:
    """The content of a new file, which is empty if nothing has to be written.

    `advice` tells the user how the program or the state gets the content of the file. `left_out`
    has the reasons why this kind of file cannot declare some of the access, by resource id.
    """

    path: Path
    text: str
    advice: str
    left_out: Mapping[str, str] = field(default_factory=dict)


#: Returns the content of a file for the access to declare, and writes nothing. A new resource
#: cannot have a name of the URNs, which the program and the state contain. Raises StackError.
Drafting = Callable[[Selection, Collection[str]], Draft]


@dataclass
class Pair:
    """The access of a business to a pixel.

    `group` is the business with which a program declares the access, and `group_label` its label.
    `label` is the label of the pixel.
    """

    group: str
    group_label: str
    pixel: PixelAccess
    business_id: str
    label: str
    share: ListedAccess | None = None
    accounts: list[AdAccount] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the share, and with the id of an ad account the name of its permission."""
        return share_name(self.group_label, self.label)

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks of the share, empty without one."""
        return self.share.tasks if self.share else ()

    @property
    def resources(self) -> Iterator[tuple[ResourceType, str, str]]:
        """The type, the name and the id of each resource."""
        key = self.pixel.id, self.business_id
        if self.share:
            yield ResourceType.SHARE, self.name, share_id(*key)
        for each in self.accounts:
            yield ResourceType.PERMISSION, f"{self.name}-{each.id}", permission_id(*key, each.id)


def pairs(
    selection: Selection, taken: Collection[str] = (), existing: AccessFile | None = None
) -> list[Pair]:
    """Return the selected access by business and pixel, in the order of their labels.

    If other resources have `taken` a name, the names of its pair contain the id of the pixel. An
    `existing` file keeps its labels.
    """
    found = labels(selection.pixel_names, selection.business_names, existing)
    by_labels: dict[tuple[str, str], Pair] = {}
    for each in sorted(selection.access.values(), key=lambda access: access.id):
        group_label, label = found.agencies[each.group], found.pixels[each.pixel.id]
        new = Pair(each.group, group_label, each.pixel, each.business_id, label)
        pair = by_labels.setdefault((group_label, label), new)
        if each.account:
            pair.accounts.append(each.account)
        else:
            pair.share = each
    in_order = [by_labels[labels_of_pair] for labels_of_pair in sorted(by_labels)]
    for pair in in_order:
        has_taken_name = any(name in taken for _, name, _ in pair.resources)
        if has_taken_name:
            pair.label = f"{pair.label}-{pair.pixel.id}"
    return in_order


def code_to_add(path: Path, code: str) -> str:
    return f"The program does not declare the content of {path} yet. Add this code:\n{code}"


def new_text(path: Path, text: str) -> str:
    """Return the text, or an empty one if the file has it. Raise StackError for another text."""
    try:
        if not path.exists():
            return text
        if path.read_bytes() == text.encode():
            return ""
    except OSError as error:
        raise StackError(f"The file {path} cannot be read: {error.strerror}") from None
    raise StackError(
        f"An import does not edit the existing file {path}; name another file with --to, or omit "
        f"--to to import only the access that the program declares"
    )


def quoted(text: str) -> str:
    """Return a literal of Python, in double quotes if the text needs no escapes."""
    needs_no_escape = re.fullmatch(r"[\w./ {}-]*", text, re.ASCII)
    return f'"{text}"' if needs_no_escape else repr(text)
