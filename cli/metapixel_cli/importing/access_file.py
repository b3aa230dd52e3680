"""An access file that declares shares and permissions."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import date
from pathlib import Path

from metapixel_cli.importing.selection import Selection
from metapixel_cli.importing.targets import Draft, Pair, Target, code_to_add, pairs, quoted
from metapixel_cli.stacks.errors import StackError
from metapixel_provider.access_file.labels import labels
from metapixel_provider.access_file.model import AccessFile, AgencyGrants, LabelledPixel, PixelGrant
from metapixel_provider.access_file.reader import load
from metapixel_provider.access_file.writer import written
from metapixel_provider.sharing.ids import permission_id
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS, in_order

_ENDED = (
    "in the access file, the last day of the access was {}; change this day, or end the share at "
    "Meta"
)
_BY_HAND = (
    "An import does not edit the existing file {}. Add these entries to it, below the same keys:"
    "\n\n{}"
)
_TOGETHER = "an access file can declare an ad account only together with "
_NO_SHARE = f"{_TOGETHER}a share for the same business, which this import does not have"
_NO_TASK = f"{_TOGETHER}the task ADVERTISE or ANALYZE"


def access_file_target(
    path: Path, owner_business_id: str, today: date, program: Path, credentials: str | None = None
) -> Target:
    """Return an access file as a target. A person edits it, so an import never does.

    `program` is the folder of the program, and `credentials` the credential set of the resources.
    """

    def draft(selection: Selection, urns: Collection[str]) -> Draft:
        present = load(path) if path.exists() else AccessFile(owner_business_id)
        if present.owner_business_id != owner_business_id:
            raise StackError(
                f"{path} is the access file of business {present.owner_business_id}, and not of "
                f"business {owner_business_id}; choose another file with --to"
            )
        found, left_out = _additions(selection, present, today)
        names = {**selection.pixel_names, **selection.business_names}
        if path.exists() and (entries := written(found, names, present)):
            return Draft(path, "", _BY_HAND.format(path, entries), left_out)
        text = written(found, names) if found.agencies else ""
        file = Path(os.path.relpath(path, program)).as_posix()
        sets = "" if credentials is None else f", credentials={quoted(credentials)}"
        code = (
            f"    from pulumi_metapixel import declare_access_file\n"
            f"    declare_access_file({quoted(file)}{sets})"
        )
        return Draft(path, text, code_to_add(path, code), left_out)

    return Target(path, draft)


def _additions(
    selection: Selection, present: AccessFile, today: date
) -> tuple[AccessFile, dict[str, str]]:
    """Return the content that a file lacks, and why it cannot declare some of the access."""
    found = labels(selection.pixel_names, selection.business_names, present)
    declared = {(grant.pixel.id, agency.business_id): grant for agency, grant in present.grants()}
    known = {pixel.id: pixel for pixel in present.pixels.values()}
    left_out: dict[str, str] = {}
    pixels: dict[str, LabelledPixel] = {}
    grants: dict[str, list[PixelGrant]] = {}
    for pair in pairs(selection, found):
        id_ = pair.pixel.id
        pixel = known.get(id_) or LabelledPixel(found.pixels[id_], id_)
        before = declared.get((id_, pair.business_id))
        if before and before.has_ended(today):
            reason = _ENDED.format(before.expires_on)
            left_out |= {id_: reason for _, _, id_ in pair.resources}
        elif added := _addition(pair, pixel, before, left_out):
            pixels[pixel.label] = pixel
            grants.setdefault(pair.business_id, []).append(added)
    agencies = [AgencyGrants(found.agencies[id_], id_, tuple(grants[id_])) for id_ in grants]
    additions = AccessFile(present.owner_business_id, dict(sorted(pixels.items())), tuple(agencies))
    return additions, left_out


def _addition(
    pair: Pair, pixel: LabelledPixel, before: PixelGrant | None, left_out: dict[str, str]
) -> PixelGrant | None:
    """Return the grant that a file lacks, if it lacks one. `before` is the grant in the file.

    Adds the reasons why the file cannot declare some ad accounts to `left_out`.
    """
    grant = before or PixelGrant(pixel, in_order(pair.share.tasks) if pair.share else ())
    accounts = [each.id for each in pair.accounts]
    if ALLOW_AD_ACCOUNTS.isdisjoint(grant.tasks):
        reason = _NO_TASK if grant.tasks else _NO_SHARE
        for account in accounts:
            left_out[permission_id(pixel.id, pair.business_id, account)] = reason
        accounts.clear()
    lacking = sorted({*accounts}.difference(grant.ad_accounts))
    is_new = before is None and pair.share is not None
    if lacking or is_new:
        return PixelGrant(pixel, grant.tasks, (*grant.ad_accounts, *lacking))
    return None
