"""Everything that the checks judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from metapixel_cli.doctor.judging.findings import Finding
from metapixel_cli.doctor.reading.sets import Named, Pixel, SetRead


@dataclass(frozen=True)
class Settings:
    """The settings of a run.

    `sources` maps each setting to its variable, key or option. After a mistake, no call is made.
    `warnings` are about settings that are probably not meant.
    """

    sources: Mapping[str, str]
    api_version: str = ""
    stack: str = ""
    mistakes: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Observed:
    """Everything that a diagnosis read.

    `now` is Meta's time. `shared` has a pixel for each name of credentials, with which the records
    of a stack share it. `clock_difference` is Meta's time minus the local time, or None if no
    answer has reported Meta's time.
    """

    now: datetime
    settings: Settings
    sets: tuple[SetRead, ...] = ()
    businesses: tuple[str, ...] = ()
    pixels: tuple[str, ...] = ()
    shared: Mapping[str | None, str] = field(default_factory=dict)
    clock_difference: timedelta | None = None

    def business(self, id_: str) -> Named:
        """Return a business with its name, if a credential set has read the name."""
        for each in self.sets:
            listed = each.businesses if isinstance(each.businesses, tuple) else ()
            owners = (read.owner for read in each.pixels.values() if isinstance(read, Pixel))
            for named in (*listed, *filter(None, owners)):
                if named.id == id_:
                    return named
        return Named(id_)
