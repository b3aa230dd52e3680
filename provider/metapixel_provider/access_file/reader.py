"""The reader of access files. It reports every mistake with its line and column."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from metapixel_provider.access_file import rules
from metapixel_provider.access_file.errors import AccessFileError, Mistake
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.model import (
    Accepted,
    AccessFile,
    AgencyGrants,
    Grant,
    Pixel,
)
from metapixel_provider.access_file.shape import ACCEPTED_FILE, FILE
from metapixel_provider.access_file.tree import compose
from metapixel_provider.errors import one_line
from metapixel_provider.sharing.tasks import settable

if TYPE_CHECKING:
    from datetime import date

    from metapixel_provider.access_file.forms import Value

#: The maximum size of a file in bytes. A file of this size declares about 100,000 shares.
_LARGEST = 10_000_000
#: The keys that declare access. A file of accepted findings has none of them.
_DECLARING = {"owner", "pixels", "agencies"}


def load(path: str | Path) -> AccessFile:
    """Return the access file at `path`.

    Raises AccessFileError, which lists every mistake, or the reason why the file is unreadable.
    """
    return loads(_read(path), str(path))


def loads(text: str, path: str = "access.yaml") -> AccessFile:
    """Return the access file in this text. Errors contain `path` as its name. See `load`."""
    return _access_file(_checked(text, path))


def load_accepted(path: str | Path) -> tuple[Accepted, ...]:
    """Return the accepted findings of an access file, or of a file with nothing but `accepted`.

    Raises AccessFileError, as `load` does.
    """
    return _access_file(_checked(_read(path), str(path), may_declare_nothing=True)).accepted


def _read(path: str | Path) -> str:
    """Return the text of a file."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        sentence = f"the file cannot be read ({one_line(reason)}); check its path"
        raise AccessFileError(str(path), [Mistake(0, 0, sentence)]) from None
    if len(data) > _LARGEST:
        sentence = "the file has more than 10 MB; divide it between several stacks"
        raise AccessFileError(str(path), [Mistake(0, 0, sentence)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        place = Mistake(
            before.count("\n") + 1,
            len(before) - before.rfind("\n"),
            "the file is not in UTF-8; save it in this encoding",
        )
        raise AccessFileError(str(path), [place]) from None


def _checked(text: str, path: str, may_declare_nothing: bool = False) -> Value:
    """Return the values of a file. Raise AccessFileError with all mistakes."""
    root = compose(text.removeprefix("\ufeff"), path)
    found: list[Mistake] = []
    declares = any(key.value in _DECLARING for key, _ in root.value)
    shape = ACCEPTED_FILE if may_declare_nothing and not declares else FILE
    file = shape.read(root, root, found)
    found += rules.mistakes(file)
    if found:
        raise AccessFileError(path, found)
    return file


def _access_file(file: Value) -> AccessFile:
    pixels = {
        label: Pixel(label, each.get("id").text, each.get("previously").texts())
        for label, each in file.get("pixels").fields.items()
    }
    agencies = file.get("agencies").fields.items()
    return AccessFile(
        file.get("owner").text,
        pixels,
        tuple(_agency(label, each, pixels) for label, each in agencies),
        tuple(_accepted(each, pixels) for each in file.get("accepted").items),
    )


def _agency(label: str, agency: Value, pixels: Mapping[str, Pixel]) -> AgencyGrants:
    def grant(pixel: str, own: Value) -> Grant:
        ends = [each.get("expires_on").day for each in (own, agency)]
        has_accounts = "ad_accounts" in own.fields
        return Grant(
            pixel=pixels[pixel],
            tasks=settable(own.get("tasks").texts()),
            ad_accounts=(own if has_accounts else agency).get("ad_accounts").texts(),
            expires_on=min((end for end in ends if end), default=None),
            reason=own.get("reason").text or agency.get("reason").text,
        )

    return AgencyGrants(
        label=label,
        business_id=agency.get("business").text,
        grants=tuple(grant(*each) for each in agency.get("access").fields.items()),
        contact=agency.get("contact").text,
        resend=agency.get("resend").text,
        previously=agency.get("previously").texts(),
    )


def _accepted(entry: Value, pixels: Mapping[str, Pixel]) -> Accepted:
    pixel = entry.get("pixel").text
    return Accepted(
        finding=FindingName(entry.get("finding").text),
        reason=entry.get("reason").text,
        expires_on=cast("date", entry.get("expires_on").day),
        pixel_id=pixels[pixel].id if pixel in pixels else pixel,
        business_id=entry.get("business").text,
        subject_id=entry.get("subject").text,
    )
