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


def written(file: AccessFile, names: Mapping[str, str]) -> str:
    """Return the text of a new access file.

    `names` maps the ids of pixels and agencies to their names at Meta, which become comments.
    """
    head = [_HEADER, "version: 1", f'owner: "{file.owner_business_id}"']
    return "\n".join([*head, *_entries(file, names, known=()), ""])


def entries(file: AccessFile, names: Mapping[str, str], present: AccessFile) -> str:
    """Return the text of the entries that the file `present` lacks. See `written` for `names`."""
    pixel_ids = {pixel.id for pixel in present.pixels.values()}
    agency_ids = {agency.business_id for agency in present.agencies}
    return "\n".join([*_entries(file, names, known=pixel_ids | agency_ids), ""])


def _entries(file: AccessFile, names: Mapping[str, str], known: Collection[str]) -> Iterator[str]:
    """Yield the entries of pixels and agencies. A file already has those with `known` ids."""
    pixels = [pixel for pixel in file.pixels.values() if pixel.id not in known]
    if pixels:
        yield "pixels:"
    for pixel in pixels:
        yield f"  {pixel.label}: {_id(pixel.id, names)}"
    if file.agencies:
        yield "agencies:"
    for agency in file.agencies:
        yield f"  {agency.label}:"
        if agency.business_id in known:
            # The agency can have ad accounts in the file, which a grant without its own would get.
            yield from _access(agency.grants, None)
            continue
        yield f"    business: {_id(agency.business_id, names)}"
        account_lists = {grant.ad_accounts for grant in agency.grants}
        of_all = account_lists.pop() if len(account_lists) == 1 else ()
        yield from _access(agency.grants, of_all)
        if of_all:
            yield f"    ad_accounts: {_ids(of_all)}"


def _access(grants: Iterable[PixelGrant], of_agency: Sequence[str] | None) -> Iterator[str]:
    """Yield the grants of an agency, with the ad accounts that differ from those `of_agency`."""
    yield "    access:"
    for grant in grants:
        entry = f"[{', '.join(grant.tasks)}]"
        if grant.ad_accounts != of_agency:
            entry = f"{{tasks: {entry}, ad_accounts: {_ids(grant.ad_accounts)}}}"
        yield f"      {grant.pixel.label}: {entry}"


def _ids(ids: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{each}"' for each in ids) + "]"


def _id(id_: str, names: Mapping[str, str]) -> str:
    # A name at Meta is not trusted, and a line break would end the comment.
    name = one_line(names.get(id_, ""))
    return f'"{id_}"  # {name}' if name else f'"{id_}"'
