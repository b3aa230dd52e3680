"""Ids of Meta's assets, and the ids our resources have in state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from metapixel_provider.errors import ConfigurationError, one_line

_SHAPES = {1: ("REQUEST",), 2: ("PIXEL", "AGENCY"), 3: ("PIXEL", "BUSINESS", "ACCOUNT")}

_DIGITS = re.compile(r"[0-9]{1,32}")

#: How Python writes a number that is not whole to it.
_ROUNDED = re.compile(r"[0-9]+\.[0-9]+|[0-9.]+e\+?[0-9]+")


def digits(value: object) -> str:
    """An id as a string of digits, however it was written.

    Raises ValueError when it is no number.
    """
    text = _text(value)
    if not _DIGITS.fullmatch(text):
        raise ValueError(
            f"'{one_line(value, 64)}' is not an id; an id is a number such as 1234567890"
            f"{_in_quotes(value)}"
        )
    return text


def ad_account(value: object) -> str:
    """The digits of an ad account id, written `act_123` or `123`.

    Raises ValueError for any other shape.
    """
    text = _text(value).removeprefix("act_")
    if not _DIGITS.fullmatch(text):
        raise ValueError(
            f"'{one_line(value, 64)}' is not an ad account id; write act_1234567890 or 1234567890"
            f"{_in_quotes(value)}"
        )
    return text


def share_id(asset_id: str, agency_business_id: str) -> str:
    """The resource id of a share: `ASSET/AGENCY`."""
    return f"{asset_id}/{agency_business_id}"


def permission_id(pixel_id: str, business_id: str, ad_account_id: str) -> str:
    """The resource id of a permission: `PIXEL/BUSINESS/ACCOUNT`."""
    return f"{pixel_id}/{business_id}/{ad_account_id}"


def known(names: Iterable[str], inputs: Mapping[str, object]) -> str | None:
    """The resource id that these inputs make, None while one of them is not known."""
    values = [inputs.get(name) for name in names]
    given = [value for value in values if isinstance(value, str)]
    return "/".join(given) if len(given) == len(values) else None


def parts(resource_id: str, count: int) -> tuple[str, ...]:
    """The ids that a resource id of ours consists of.

    Raises ConfigurationError, as an import names it, when it has not exactly `count` parts, each
    a number.
    """
    found = resource_id.split("/")
    try:
        if len(found) == count:
            return (*map(digits, found[:2]), *map(ad_account, found[2:]))
    except ValueError:
        pass
    shape = "/".join(_SHAPES[count])
    raise ConfigurationError(
        f"'{one_line(resource_id, 64)}' is not an id of the form {shape}, each a number"
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return ""
    if isinstance(value, float):
        # A number in a Pulumi program reaches the provider as a float; beyond 2**53 it may
        # already be another number, so it is refused rather than guessed.
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else ""
    return str(value).strip() if isinstance(value, str | int) else ""


def _in_quotes(value: object) -> str:
    """The advice for a number that was not given as text and may be another one by now."""
    rounded = isinstance(value, str | float) and _ROUNDED.fullmatch(str(value))
    return ", in quotes because a number with a decimal point can be rounded" if rounded else ""
