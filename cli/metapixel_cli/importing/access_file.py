"""An access file that declares shares and permissions."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from metapixel_cli.importing.selection import Selection
from metapixel_cli.importing.targets import BY_HAND, Draft, pairs, quoted
from metapixel_cli.stacks.errors import StackError
from metapixel_provider.access_file.labels import labels
from metapixel_provider.access_file.model import AccessFile, AgencyGrants, Grant, Pixel
from metapixel_provider.access_file.reader import load
from metapixel_provider.access_file.writer import written
from metapixel_provider.sharing.ids import permission_id
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS, in_order

_ENDED = (
    "in the access file, the last day of the access was {}; change this day, or end the share at "
    "Meta"
)
_TOGETHER = "an access file can declare an ad account only together with "
_NO_SHARE = f"{_TOGETHER}a share for the same business, which this import does not have"
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
        found, left_out = _additions(selection, present, self.today)
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


def _additions(
    selection: Selection, present: AccessFile, today: date
) -> tuple[AccessFile, dict[str, str]]:
    """Return the content that a file lacks, and why it cannot declare some of the access."""
    found = labels(selection.pixel_names, selection.business_names, present)
    ended = {_key(*each): each[1].expires_on for each in present.ended_on(today)}
    declared = {_key(*each): each[1] for each in present.grants()}
    known = {pixel.id: pixel for pixel in present.pixels.values()}
    left_out: dict[str, str] = {}
    pixels: dict[str, Pixel] = {}
    agencies: defaultdict[str, list[Grant]] = defaultdict(list)
    for pair in pairs(selection, found):
        key = pair.pixel.id, pair.business_id
        before = declared.get(key)
        tasks = before.tasks if before else in_order(pair.share.tasks) if pair.share else ()
        accounts = [each.id for each in pair.accounts]
        if key in ended:
            reason = _ENDED.format(ended[key])
            left_out |= {id_: reason for _, _, id_ in pair.resources}
            continue
        if not ALLOW_AD_ACCOUNTS.intersection(tasks):
            reason = _NO_TASK if tasks else _NO_SHARE
            left_out |= {permission_id(*key, each): reason for each in accounts}
            accounts = []
        listed = before.ad_accounts if before else ()
        lacking = sorted({*accounts}.difference(listed))
        if lacking or (pair.share and not before):
            pixel = known.get(pair.pixel.id) or Pixel(found.pixels[pair.pixel.id], pair.pixel.id)
            pixels[pixel.label] = pixel
            agencies[pair.business_id].append(Grant(pixel, tasks, (*listed, *lacking)))
    additions = tuple(
        AgencyGrants(found.agencies[id_], id_, tuple(grants)) for id_, grants in agencies.items()
    )
    return AccessFile(present.owner_business_id, dict(sorted(pixels.items())), additions), left_out


def _key(agency: AgencyGrants, grant: Grant) -> tuple[str, str]:
    return grant.pixel.id, agency.business_id
