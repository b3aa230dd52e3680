"""An access file that declares shares and permissions."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from metapixel_cli.importing.selection import Access, Selection
from metapixel_cli.importing.targets import BY_HAND, Draft, quoted
from metapixel_cli.stacks.errors import StackError
from metapixel_provider.access_file.labels import labels
from metapixel_provider.access_file.model import AccessFile, AgencyGrants, Grant, Pixel
from metapixel_provider.access_file.reader import load
from metapixel_provider.access_file.writer import written
from metapixel_provider.sharing.ids import share_id
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS, Task, in_order

_ENDED = (
    "in the access file, the last day of the access was {}; change this day, or end the share at "
    "Meta"
)
_TOGETHER = "an access file can declare an ad account only together with "
_NO_SHARE = f"{_TOGETHER}a share for the same business"
_SHARE_LEFT_OUT = f"{_TOGETHER}its share, which this import leaves out"
_NO_TASK = f"{_TOGETHER}the task ADVERTISE or ANALYZE"


@dataclass(frozen=True)
class AccessFileTarget:
    """An access file, as the target of an import.

    An import does not edit an existing file, because a person edits it. `program` is the folder of
    the program, and `credentials` the credential set of the resources, or None.
    """

    path: Path
    owner_business_id: str
    today: date
    program: Path
    credentials: str | None = None

    def draft(self, selection: Selection, urns: Collection[str]) -> Draft:
        exists = self.path.exists()
        present = load(self.path) if exists else AccessFile(self.owner_business_id)
        if present.owner_business_id != self.owner_business_id:
            raise StackError(
                f"{self.path} is the access file of business {present.owner_business_id}, and not "
                f"of business {self.owner_business_id}; choose another file with --to"
            )
        found, left_out = _Additions(selection, present, self.today).result()
        names = {**selection.pixel_names, **selection.business_names}
        if exists and (text := written(found, names, present)):
            next_step = BY_HAND.format(self.path)
            return Draft(self.path, text, exists, (), left_out, next_step, is_by_hand=True)
        text = written(found, names) if found.agencies else ""
        return Draft(self.path, text, exists, self._lines(), left_out)

    def _lines(self) -> tuple[str, ...]:
        path = Path(os.path.relpath(self.path, self.program)).as_posix()
        sets = "" if self.credentials is None else f", credentials={quoted(self.credentials)}"
        return (
            "from pulumi_metapixel import declare_access_file",
            f"declare_access_file({quoted(path)}{sets})",
        )


class _Additions:
    """The content that an access file lacks."""

    def __init__(self, selection: Selection, present: AccessFile, today: date) -> None:
        self._selection = selection
        self._present = present
        names = labels(selection.pixel_names, selection.business_names, present)
        self._pixels = {id_: Pixel(label, id_) for id_, label in names.pixels.items()}
        self._pixels |= {pixel.id: pixel for pixel in present.pixels.values()}
        self._labels = names.agencies
        self._ended = {_key(*each): each[1].expires_on for each in present.ended_on(today)}
        self._grants = {_key(*each): each[1] for each in present.grants()}

    def result(self) -> tuple[AccessFile, dict[str, str]]:
        """Return the new content, and the reasons why it cannot declare some of the access."""
        left_out = {}
        tasks: dict[tuple[str, str], tuple[Task, ...]] = {}
        accounts: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for each in self._selection.access.values():
            key = each.pixel.id, each.business_id
            if reason := self._doubt(each):
                left_out[each.id] = reason
            elif each.account is not None:
                accounts[key].append(each.account.id)
            else:
                tasks[key] = in_order(each.tasks)
        by_agency: defaultdict[str, list[Grant]] = defaultdict(list)
        for key in sorted({*tasks, *accounts}, key=self._order):
            pixel_id, business_id = key
            before = self._grants.get(key)
            known = before.ad_accounts if before else ()
            lacking = sorted({*accounts[key]}.difference(known))
            if before is None or lacking:
                permitted = before.tasks if before else tasks[key]
                grant = Grant(self._pixels[pixel_id], permitted, (*known, *lacking))
                by_agency[business_id].append(grant)
        grants = (grant for found in by_agency.values() for grant in found)
        pixels = {grant.pixel.label: grant.pixel for grant in grants}
        agencies = tuple(
            AgencyGrants(self._labels[business_id], business_id, tuple(found))
            for business_id, found in by_agency.items()
        )
        owner = self._present.owner_business_id
        return AccessFile(owner, dict(sorted(pixels.items())), agencies), left_out

    def _doubt(self, access: Access) -> str:
        """Return the reason why an access file cannot declare access, or an empty string."""
        key = access.pixel.id, access.business_id
        if key in self._ended:
            return _ENDED.format(self._ended[key])
        if access.account is None:
            return ""
        grant = self._grants.get(key)
        share = self._selection.access.get(share_id(*key))
        if grant is None and share is None:
            return _SHARE_LEFT_OUT if access.agency else _NO_SHARE
        tasks = in_order(share.tasks) if share else grant.tasks if grant else ()
        return "" if ALLOW_AD_ACCOUNTS.intersection(tasks) else _NO_TASK

    def _order(self, key: tuple[str, str]) -> tuple[str, str]:
        pixel_id, business_id = key
        return self._labels[business_id], self._pixels[pixel_id].label


def _key(agency: AgencyGrants, grant: Grant) -> tuple[str, str]:
    return grant.pixel.id, agency.business_id
