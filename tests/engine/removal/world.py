"""The simulated Meta of the matrix: one owner, and a pixel and an agency for each state."""

from __future__ import annotations

from metapixel_simulator import (
    AdAccount,
    Business,
    Pixel,
    Relationship,
    Share,
    SharingRequest,
    World,
)
from tests.engine.removal.states import KEPT, STATES
from tests.support.worlds import owner_and_agencies

OWNER_TOKEN, AGENCY_TOKEN = "owner-token", "agency-token"

_OWNER = "1001"


def world() -> World:
    """The world before the first command."""
    everything = (*STATES, KEPT)
    agencies = [state.agency for state in everything]
    built = owner_and_agencies(_OWNER, agencies, tokens=(OWNER_TOKEN, AGENCY_TOKEN))
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
