"""Worlds of an owner and its agencies, and of an agency and its clients."""

from __future__ import annotations

from collections.abc import Sequence

from metapixel_simulator import App, Business, Token, User, World

#: The secret of the app. Calls need it only under the switch `require_appsecret_proof`.
APP_SECRET = "secret-of-the-app"
_SCOPES = ("business_management", "ads_management", "ads_read", "pages_read_engagement")


def owner_and_agencies(
    owner: str,
    agencies: Sequence[str],
    *,
    tokens: tuple[str, str] = ("owner-token", "agencies-token"),
    allow_edit: bool = False,
) -> World:
    """Return a world with these businesses, a token of the owner, and a token of all agencies."""
    owner_token, agencies_token = tokens
    return World(
        App("9", "Deploys", APP_SECRET, allow_edit),
        Business(owner, "Acme"),
        *(Business(agency, f"Agency {agency}") for agency in agencies),
        User("11", "Acme deploys", {owner: "ADMIN"}, system=True),
        User("12", "Agencies deploy", dict.fromkeys(agencies, "ADMIN"), system=True),
        Token(owner_token, "11", "9", _SCOPES),
        Token(agencies_token, "12", "9", _SCOPES),
    )
