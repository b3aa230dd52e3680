"""Ids of Meta's assets, and ids of our resources in the state."""

from __future__ import annotations

import re

from metapixel_provider.texts import quoted

_DIGITS = re.compile(r"[0-9]{1,32}")

#: The forms in which Python writes a float.
_FLOAT = re.compile(r"[0-9]+\.[0-9]+|[0-9.]+e\+?[0-9]+")


def digits(
    value: object, form: str = "an id; an id is a number such as 1234567890", prefix: str = ""
) -> str:
    """Return an id, given as text or number, as a string of digits. The id may have a `prefix`.

    Raises ValueError if the id is not a whole number. `form` describes the form of the id.
    """
    text = ""
    if isinstance(value, str | int):
        text = str(value).strip()
    elif isinstance(value, float) and is_exact(value):
        # A number in a Pulumi program reaches the provider as a float.
        text = str(int(value))
    text = text.removeprefix(prefix)
    if _DIGITS.fullmatch(text):
        return text
    if isinstance(value, str | float) and _FLOAT.fullmatch(str(value)):
        form += " (in quotes, because a number without quotes can be rounded)"
    raise ValueError(f"{quoted(value)} is not {form}")


def ad_account(value: object) -> str:
    """Return the digits of an ad account id, which can be written as `act_123` or `123`."""
    return digits(value, "an ad account id; write act_1234567890 or 1234567890", "act_")


def is_exact(number: float) -> bool:
    """Return whether a number is whole and below 2**53, so that it cannot have been rounded."""
    return number.is_integer() and abs(number) < 2**53


def share_id(asset_id: str, agency_business_id: str) -> str:
    """Return the resource id of a share: `ASSET/AGENCY`."""
    return f"{asset_id}/{agency_business_id}"


def permission_id(pixel_id: str, business_id: str, ad_account_id: str) -> str:
    """Return the resource id of a permission: `PIXEL/BUSINESS/ACCOUNT`."""
    return f"{pixel_id}/{business_id}/{ad_account_id}"


def answers_id(agency_business_id: str) -> str:
    """Return the key of all answers of an agency, for reads that they can change."""
    return f"answers/{agency_business_id}"
