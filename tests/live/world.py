"""A simulated Meta with the assets of a run, to compare Meta with."""

from __future__ import annotations

from pathlib import Path

from metapixel_provider.connection import NAMESPACE
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.connection.environment import APP_SECRET, TOKEN
from metapixel_simulator import (
    AdAccount,
    App,
    Business,
    Pixel,
    Relationship,
    Simulator,
    Token,
    User,
    World,
)
from metapixel_simulator.profile import answers
from tests.live.settings import AGENCY, Assets

_SCOPES = ("business_management", "ads_management", "pages_read_engagement", "pages_show_list")
_SECRET = "simulated-secret"


def world(assets: Assets, profile: Path | None = None) -> World:
    """Return a world with these assets, and the switches that a profile answers.

    Raises ProfileError.
    """
    made = World(
        App("1", "Deploys", secret=_SECRET),
        Business(assets.owner, "Owner"),
        Business(assets.agency, "Agency"),
        Business(assets.partner, "Partner"),
        User("11", "Owner deploys", {assets.owner: "ADMIN"}, system=True),
        User("12", "Agency deploys", {assets.agency: "ADMIN"}, system=True),
        Token("owner-token", "11", "1", _SCOPES),
        Token("agency-token", "12", "1", _SCOPES),
        *(Pixel(each, "Spare", assets.owner) for each in assets.pixels),
        AdAccount(assets.ad_account, "Agency ads", assets.agency),
        Relationship(assets.owner, assets.partner),
        *([Relationship(assets.owner, assets.agency)] if assets.related else []),
    )
    if profile:
        made.switches.set(answers(profile))
    return made


def configuration(sim: Simulator, real: Configuration) -> Configuration:
    """Return the configuration for the simulator, with app secrets where the real one has them."""
    environment = {TOKEN: "owner-token", f"{TOKEN}_AGENCY": "agency-token"}
    for name, suffix in ((None, ""), (AGENCY, "_AGENCY")):
        if real.sets.credentials(name).app_secret:
            environment[f"{APP_SECRET}{suffix}"] = _SECRET
    keys = {f"{NAMESPACE}:graphUrl": sim.url, f"{NAMESPACE}:apiVersion": real.api_version}
    return Configuration(keys.get, environment)
