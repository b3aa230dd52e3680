"""The settings of the simulator's switches, and the refusals that are documented for some."""

from __future__ import annotations

import random
from collections.abc import Iterator

from metapixel_simulator.switches import describe
from tests.settings.story import Settings

#: Values of the switches with numbers or versions. The other switches list their values.
_VALUES: dict[str, tuple[object, ...]] = {
    "max_shares_per_pixel": (0, 1),
    "request_expiry": (1, "never"),
    "request_purged_after": (0,),
    "stale_reads": (1, 3),
    "latency": (0.005,),
    "default_page_size": (1,),
    "max_page_size": (1,),
    "max_rows_per_call": (1, 100),
    "rate_limit_calls": (3,),
    "rate_limit_window": (1,),
    "rate_limit_penalty": (0,),
    "oldest_version": ("v27.0",),
    "newest_version": ("v25.0",),
    "seed": (1,),
}


def singles() -> Iterator[tuple[str, object]]:
    """Yield each switch with each value that is not its default."""
    for switch in describe():
        name, allowed = str(switch["name"]), switch["allowed"]
        values = _VALUES.get(name, allowed)
        assert isinstance(values, tuple)
        yield from ((name, value) for value in values if value != switch["default"])


def combination(seed: int) -> Settings:
    """Return a few random settings that are each no refusal alone.

    If Meta adds tasks (`repeat_share`), nobody approves, because a share whose revocation was
    approved without an effect stays `UNCONFIRMED` (ARCHITECTURE.md, Known limits).
    """
    rng = random.Random(seed)
    found = dict(rng.sample([each for each in singles() if each not in REFUSED], rng.randint(2, 6)))
    if found.get("repeat_share") == "union" and found.get("admin_approval") in ("grants", "always"):
        del found["admin_approval"]
    return dict(sorted(found.items()))


#: The settings that Meta refuses, each with a part of the message.
REFUSED: dict[tuple[str, object], str] = {
    ("repeat_share", "error"): "This pixel is already shared with this business",
    ("max_shares_per_pixel", 0): "is shared with 0 businesses, which is the maximum",
    ("max_shares_per_pixel", 1): "is shared with 1 businesses, which is the maximum",
    ("rate_limit_calls", 3): "There have been too many calls",
    ("oldest_version", "v27.0"): "You are calling a deprecated version",
    ("newest_version", "v25.0"): "There is no version v26.0",
}
