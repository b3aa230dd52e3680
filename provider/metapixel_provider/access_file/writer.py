"""The writer of access files: a new file, or entries that a person adds to a file.

Only the content that Meta lists is written: pixels, agencies, tasks and ad accounts. A label, an id
and a task need no quotes for the reader. Ids have quotes, because other readers see numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from metapixel_provider.texts import one_line

if TYPE_CHECKING:
    from metapixel_provider.access_file.model import AccessFile, PixelGrant

_HEADER = "# The access of agencies to our pixels. Access that this file leaves out is not managed."


def written(file: AccessFile, names: Mapping[str, str], present: AccessFile | None = None) -> str:
    """Return the text of a new access file, or of the entries that the file `present` lacks.

    `names` maps the ids of pixels and agencies to their names at Meta, which become comments. A
    grant that `present` has with fewer ad accounts is written with all of them. A new grant of an
    agency in `present` states its ad accounts, because the agency can have a list of its own. In a
    new file, ad accounts that all grants of an agency share are written once.
    """
    if present is None:
        head = [_HEADER, "version: 1", f'owner: "{file.owner_business_id}"']
        lines = [*head, *_entries(file, names, present=())]
    else:
        pixel_ids = {pixel.id for pixel in present.pixels.values()}
        agency_ids = {agency.business_id for agency in present.agencies}
        lines = [*_entries(file, names, pixel_ids | agency_ids)]
    return "".join(f"{line}\n" for line in lines)


def _entries(file: AccessFile, names: Mapping[str, str], present: Collection[str]) -> Iterator[str]:
    """Yield the entries of pixels and agencies. A file already has those with ids in `present`."""
    pixels = [pixel for pixel in file.pixels.values() if pixel.id not in present]
    if pixels:
        yield "pixels:"
    for pixel in pixels:
        yield f"  {pixel.label}: {_id(pixel.id, names)}"
    if file.agencies:
        yield "agencies:"
    for agency in file.agencies:
        yield f"  {agency.label}:"
        if agency.business_id in present:
            yield from _grant_lines(agency.grants, shared=None)
        else:
            yield f"    business: {_id(agency.business_id, names)}"
            account_lists = {grant.ad_accounts for grant in agency.grants}
            shared = account_lists.pop() if len(account_lists) == 1 else ()
            yield from _grant_lines(agency.grants, shared)


def _grant_lines(grants: Iterable[PixelGrant], shared: Sequence[str] | None) -> Iterator[str]:
    """Yield the grants of an agency. `shared` are the ad accounts of all grants.

    If it is None, the grants have different ad accounts, so each states its own, or none.
    """
    yield "    access:"
    for grant in grants:
        entry = f"[{', '.join(grant.tasks)}]"
        states_its_own = shared is None or (grant.ad_accounts and not shared)
        if states_its_own:
            entry = f"{{tasks: {entry}, ad_accounts: {_ids(grant.ad_accounts)}}}"
        yield f"      {grant.pixel.label}: {entry}"
    if shared:
        yield f"    ad_accounts: {_ids(shared)}"


def _ids(ids: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{each}"' for each in ids) + "]"


def _id(id_: str, names: Mapping[str, str]) -> str:
    # A name at Meta is not trusted, and a line break would end the comment.
    name = one_line(names.get(id_, ""))
    return f'"{id_}"  # {name}' if name else f'"{id_}"'
