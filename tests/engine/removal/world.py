"""The simulated Meta of the matrix: one owner, and a pixel and an agency for each state."""

from __future__ import annotations

from metapixel_simulator import (
    AdAccount,
    App,
    Business,
    Pixel,
    Relationship,
    Share,
    SharingRequest,
    Token,
    User,
    World,
)
from tests.engine.removal.states import KEPT, STATES

OWNER_TOKEN, AGENCY_TOKEN = "owner-token", "agency-token"

_OWNER, _OWNER_USER, _AGENCY_USER, _APP = "1001", "1002", "1003", "1004"
_SCOPES = ("business_management", "ads_management", "ads_read")


def world() -> World:
    """The world before the first command."""
    everything = (*STATES, KEPT)
    agencies = {state.agency: "ADMIN" for state in everything}
    built = World(
        App(_APP, "Acme deploys"),
        Business(_OWNER, "Acme Outdoor"),
        User(_OWNER_USER, "Acme deploys", {_OWNER: "ADMIN"}, system=True),
        User(_AGENCY_USER, "Agencies deploy", agencies, system=True),
        Token(OWNER_TOKEN, _OWNER_USER, _APP, _SCOPES),
        Token(AGENCY_TOKEN, _AGENCY_USER, _APP, _SCOPES),
    )
    for state in everything:
        built.add(
            Business(state.agency, f"Agency of {state}"),
            Pixel(state.pixel, f"Pixel of {state}", _OWNER),
            Pixel(state.other_pixel, f"Other pixel of {state}", _OWNER),
            AdAccount(state.account, f"Account of {state}", state.agency),
        )
        if state.partner:
            built.add(Relationship(_OWNER, state.agency))
        if state.given:
            built.add(Share(state.pixel, state.agency, ("ADVERTISE",)))
        if state.asked:
            request = SharingRequest(state.request, _OWNER, state.agency)
            request.pixels[state.pixel] = ("ADVERTISE",)
            built.add(request)
    return built
