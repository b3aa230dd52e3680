"""The writer of access files: a new file, or entries that a person adds to a file.

Only the content that Meta lists is written: pixels, agencies, tasks and ad accounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from metapixel_provider.errors import one_line

if TYPE_CHECKING:
    from metapixel_provider.access_file.model import AccessFile, AgencyGrants, Grant

_HEADER = """\
# yaml-language-server: $schema=./access.schema.json
# The access of agencies to our pixels. Access that this file leaves out is not managed.
"""

#: Text that needs no quotes in any place. Words such as `no` are in `_WORDS`.
_PLAIN = re.compile(r"[^\W\d_][\w@./+-]*( [\w@./+-]+)*")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def written(file: AccessFile, names: Mapping[str, str] | None = None) -> str:
    """Return the text of a new access file.

    `names` maps the ids of pixels and agencies to their names at Meta, which become comments.
    """
    head = f"{_HEADER}version: 1\nowner: {_quoted(file.owner_business_id)}\n"
    return head + _text(_sections(file, (), names or {}))


def entries(found: AccessFile, present: AccessFile, names: Mapping[str, str]) -> str:
    """Return the entries of `found` that the file `present` lacks, below the keys of the file.

    A grant that `present` has with fewer ad accounts is written with all of them. A new grant of an
    agency in `present` states its ad accounts, because the agency can have a list of its own.
    """
    known = {agency.business_id for agency in present.agencies}
    in_file = {pixel.id for pixel in present.pixels.values()}
    return _text(_sections(found, {*known, *in_file}, names))


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _sections(file: AccessFile, known: Iterable[str], names: Mapping[str, str]) -> Iterator[str]:
    ids = frozenset(known)
    pixels = [pixel for pixel in file.pixels.values() if pixel.id not in ids]
    if pixels:
        yield "pixels:"
        for pixel in pixels:
            yield f"  {_plain(pixel.label)}: {_id(pixel.id, names)}"
    if file.agencies:
        yield "agencies:"
    for agency in file.agencies:
        yield from _agency(agency, agency.business_id in ids, names)


def _agency(agency: AgencyGrants, is_known: bool, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the entry of an agency. A list of ad accounts that all grants share is written once."""
    yield f"  {_plain(agency.label)}:"
    if not is_known:
        yield f"    business: {_id(agency.business_id, names)}"
    accounts = {grant.ad_accounts for grant in agency.grants}
    is_shared = len(accounts) == 1 and not is_known
    if agency.grants:
        yield "    access:"
    for grant in agency.grants:
        has_own = is_known or bool(grant.ad_accounts and not is_shared)
        yield f"      {_plain(grant.pixel.label)}: {_grant(grant, has_own)}"
    if is_shared and any(accounts):
        yield f"    ad_accounts: {_list(map(_quoted, accounts.pop()))}"


def _grant(grant: Grant, has_own_accounts: bool) -> str:
    tasks = _list(grant.tasks)
    accounts = _list(map(_quoted, grant.ad_accounts))
    return f"{{tasks: {tasks}, ad_accounts: {accounts}}}" if has_own_accounts else tasks


def _id(id_: str, names: Mapping[str, str]) -> str:
    # A name at Meta is not trusted, and a line break would end the comment.
    name = one_line(names.get(id_, ""))
    return f"{_quoted(id_)}  # {name}" if name else _quoted(id_)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(texts)}]"


def _plain(text: str) -> str:
    """Return text as a YAML scalar, with quotes if YAML would otherwise read another value."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if is_plain else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"
