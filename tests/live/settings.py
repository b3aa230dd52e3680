"""The environment variables of the live suite, and the assets that they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from metapixel_cli.probe.errors import RefusedError
from metapixel_provider.connection import NAMESPACE
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.connection.environment import APP_SECRET, TOKEN
from metapixel_provider.sharing import ids

#: The name of the agency's credential set, as the examples use it.
AGENCY = "agency"

_LIVE = "METAPIXEL_LIVE_"
#: The variables without which the suite refuses to run, with their meaning.
REQUIRED = {
    TOKEN: "token of an admin system user of the business that owns the pixels",
    f"{TOKEN}_AGENCY": "token of an admin system user of the agency",
    f"{_LIVE}PIXEL": "id of a spare pixel that has received no events and has no shares",
    f"{_LIVE}PIXEL_2": "id of a second such pixel of the same business",
    f"{_LIVE}AGENCY": "id of an agency that has not worked with the owner yet, if possible",
    f"{_LIVE}AD_ACCOUNT": "id of an ad account of this agency",
    f"{_LIVE}PARTNER": "id of another agency, which already works with the owner",
}
#: The variables that have a default, with their meaning.
OPTIONAL = {
    APP_SECRET: "secret of the app of the owner's token",
    f"{APP_SECRET}_AGENCY": "secret of the app of the agency's token",
    "META_API_VERSION": "version of the Graph API",
    f"{_LIVE}GRAPH_URL": "address of the Graph API or of a simulator; the default is Meta",
    f"{_LIVE}PROFILE": "profile of `metapixel probe`, for the simulator",
    f"{_LIVE}PAUSE": "seconds between two reads of the same thing; the default is 1",
    f"{_LIVE}FOLDER": "folder for the report and for the journals; the default is .live",
}


@dataclass(frozen=True)
class Assets:
    """The ids of the assets of a run. `related` is True if the agency works with the owner."""

    pixel: str
    pixel_2: str
    agency: str
    ad_account: str
    partner: str
    owner: str = ""
    related: bool = False

    @property
    def pixels(self) -> tuple[str, str]:
        """Both pixels."""
        return self.pixel, self.pixel_2


@dataclass(frozen=True)
class Settings:
    """The settings of a run."""

    assets: Assets
    configuration: Configuration
    pause: float
    profile: Path | None
    folder: Path


def missing(environment: Mapping[str, str]) -> list[str]:
    """Return the required variables that are not set."""
    return [
        name
        for name in REQUIRED
        if not environment.get(name)
        and not (name.startswith(TOKEN) and environment.get(f"{name}_FILE"))
    ]


def explained(names: list[str]) -> str:
    """Return the message about missing variables, with the meaning of each."""
    return "\n".join(
        [
            "The live suite shares pixels at Meta, so it runs only if these variables are set:",
            *(f"  {name:26}  {REQUIRED[name]}" for name in names),
            "CONTRIBUTING.md describes them in its section about the live suite.",
        ]
    )


def read(environment: Mapping[str, str]) -> Settings:
    """Return the settings in an environment. Raise RefusedError and ConfigurationError."""
    found = {
        name.removeprefix(_LIVE): value
        for name, value in environment.items()
        if name.startswith(_LIVE)
    }
    try:
        assets = Assets(
            ids.digits(found["PIXEL"]),
            ids.digits(found["PIXEL_2"]),
            ids.digits(found["AGENCY"]),
            ids.ad_account(found["AD_ACCOUNT"]),
            ids.digits(found["PARTNER"]),
        )
        pause = float(found.get("PAUSE") or 1)
    except ValueError as error:
        raise RefusedError(f"A variable {_LIVE}… is wrong: {error}") from None
    if repeated := list(_repeated(assets)):
        raise RefusedError(f"{' and '.join(repeated)} must name two different assets")
    keys = {f"{NAMESPACE}:graphUrl": found.get("GRAPH_URL")}
    configuration = Configuration(keys.get, environment)
    configuration.check()
    profile = Path(found["PROFILE"]) if found.get("PROFILE") else None
    return Settings(assets, configuration, pause, profile, Path(found.get("FOLDER") or ".live"))


def _repeated(assets: Assets) -> Iterator[str]:
    if assets.pixel == assets.pixel_2:
        yield from (f"{_LIVE}PIXEL", f"{_LIVE}PIXEL_2")
    if assets.agency == assets.partner:
        yield from (f"{_LIVE}AGENCY", f"{_LIVE}PARTNER")
