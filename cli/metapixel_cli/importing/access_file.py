"""An access file that declares shares and permissions."""

from __future__ import annotations

import os
from collections import defaultdict
from datetime import date
from pathlib import Path

from metapixel_cli.importing.selection import Selection
from metapixel_cli.importing.targets import Draft, Pair, code_to_add, pairs, quoted
from metapixel_cli.stacks.errors import StackError
from metapixel_provider.access_file.model import AccessFile, AgencyGrants, LabelledPixel, PixelGrant
from metapixel_provider.access_file.reader import load
from metapixel_provider.access_file.writer import entries, written
from metapixel_provider.sharing.resource_types import ResourceType
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


def draft_access_file(
    path: Path,
    owner: str,
    program: Path,
    today: date,
    credentials: str | None,
    selection: Selection,
) -> Draft:
    """Return an access file as a draft. A person edits the file, so an import never does.

    `owner` is the id of a business. `program` is the folder of the program, and `credentials` the
    credential set of the resources.
    """
    present = load(path) if path.exists() else AccessFile(owner)
    if present.owner_business_id != owner:
        raise StackError(
            f"{path} is the access file of business {present.owner_business_id}, and not of "
            f"business {owner}; choose another file with --to"
        )
    additions, left_out = _additions(selection, present, today)
    names = {**selection.pixel_names, **selection.business_names}
    if additions.agencies and path.exists():
        by_hand = entries(additions, names, present)
        return Draft(path, "", _BY_HAND.format(path, by_hand), left_out)
    # If the file has all access already, the program only has to declare the file.
    text = written(additions, names) if additions.agencies else ""
    arguments = quoted(Path(os.path.relpath(path, program)).as_posix())
    if credentials is not None:
        arguments = f"{arguments}, credentials={quoted(credentials)}"
    code = (
        f"    from pulumi_metapixel import declare_access_file\n"
        f"    declare_access_file({arguments})"
    )
    return Draft(path, text, code_to_add(path, code), left_out)


def _additions(
    selection: Selection, present: AccessFile, today: date
) -> tuple[AccessFile, dict[str, str]]:
    """Return the shares and accounts that a file lacks, and why it cannot declare some of them."""
    grants = {(grant.pixel.id, agency.business_id): grant for agency, grant in present.grants()}
    left_out: dict[str, str] = {}
    pixels: dict[str, LabelledPixel] = {}
    added: defaultdict[tuple[str, str], list[PixelGrant]] = defaultdict(list)
    for pair in pairs(selection, existing=present):
        pixel = LabelledPixel(pair.label, pair.pixel.id)
        in_file = grants.get((pixel.id, pair.business_id))
        grant = in_file or PixelGrant(pixel, in_order(pair.tasks))
        refused = _refused(pair, grant, today)
        left_out |= refused
        accounts = set() if refused else {each.id for each in pair.accounts}  # All, or none.
        new_accounts = accounts.difference(grant.ad_accounts)
        is_new_share = in_file is None and pair.share is not None
        if is_new_share or new_accounts:
            pixels[pixel.label] = pixel
            addition = PixelGrant(pixel, grant.tasks, (*grant.ad_accounts, *sorted(new_accounts)))
            added[pair.group_label, pair.business_id].append(addition)
    agencies = [AgencyGrants(*agency, tuple(new)) for agency, new in added.items()]
    additions = AccessFile(present.owner_business_id, dict(sorted(pixels.items())), tuple(agencies))
    return additions, left_out


def _refused(pair: Pair, grant: PixelGrant, today: date) -> dict[str, str]:
    """Return why a file with this grant cannot declare the ad accounts, or all access, by id."""
    if grant.has_ended(today):
        return {id_: _ENDED.format(grant.expires_on) for _, _, id_ in pair.resources}
    if not ALLOW_AD_ACCOUNTS.isdisjoint(grant.tasks):
        return {}
    accounts = [id_ for type_, _, id_ in pair.resources if type_ is ResourceType.PERMISSION]
    return dict.fromkeys(accounts, _NO_TASK if grant.tasks else _NO_SHARE)
