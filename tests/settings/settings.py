"""The settings of the simulator's switches, and the refusals that are documented for some."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping

from metapixel_simulator import Simulator, Switches
from metapixel_simulator.switches import describe
from tests.support.worlds import APP_SECRET

#: A switch and its value.
Setting = tuple[str, object]

#: The settings under which commands may fail, each with parts of the messages.
REFUSED: dict[Setting, tuple[str, ...]] = {
    ("repeat_share", "error"): ("is already shared with this business",),
    ("delete_while_pending", "no_effect"): ("could not be withdrawn, so",),
    ("max_shares_per_pixel", 0): ("businesses, which is the maximum",),
    # If another admin approves the share, Meta refuses it only then.
    ("max_shares_per_pixel", 1): ("businesses, which is the maximum", "if the admin declined it"),
    ("request_purged_after", 0): ("refused to read sharing request",),
    ("rate_limit_calls", 3): (
        "Meta accepts calls of this app again in about",
        "calls made now lengthen the block",
    ),
    ("admin_approval", "removals"): ("but the access exists until another admin",),
    ("admin_approval", "always"): ("but the access exists until another admin",),
    ("received_filter", "ignored"): ("did not limit the requests that",),
    ("oldest_version", "v27.0"): ("You are calling a deprecated version",),
    ("newest_version", "v25.0"): ("There is no version v26.0",),
}

#: Settings that refuse nearly every call. A combination with one of them would test little else.
_REFUSES_ALL: set[Setting] = {
    ("max_shares_per_pixel", 0),
    ("rate_limit_calls", 3),
    ("oldest_version", "v27.0"),
    ("newest_version", "v25.0"),
}

#: Values of the switches with numbers or versions. The other switches list their values.
_VALUES: dict[str, tuple[object, ...]] = {
    "max_shares_per_pixel": (0, 1),
    "request_expiry": (1, "never"),
    "request_purged_after": (0,),
    "implied_tasks": ("ANALYZE:ADVERTISE", "EDIT:ANALYZE EDIT:ADVERTISE ANALYZE:ADVERTISE"),
    "stale_reads": (1, 3),
    "latency": (0.005,),
    "max_page_size": (1,),
    "max_rows_per_call": (1, 100),
    "rate_limit_calls": (3,),
    "rate_limit_window": (1,),
    "rate_limit_penalty": (0,),
    "oldest_version": ("v27.0",),
    "newest_version": ("v25.0",),
}


def singles() -> Iterator[Setting]:
    """Yield each switch with each value that is not its default."""
    for switch in describe():
        name, allowed = str(switch["name"]), switch["allowed"]
        values = _VALUES.get(name, allowed)
        assert isinstance(values, tuple)
        yield from ((name, value) for value in values if value != switch["default"])


def combination(seed: int) -> dict[str, object]:
    """Return a few random settings.

    The other switches of rate limits need a limit, which then applies to each second. If Meta only
    adds tasks (`repeat_share`), no other setting refuses a command, because a person then has to
    take away revoked tasks. If Meta refuses batches, no call needs an `appsecret_proof`, which
    would be in a URL. If DELETE has no effect on a pending share, it is not answered with
    success, because the deletion then ends with a warning, and the request stays open.
    """
    rng = random.Random(seed)
    drawn = rng.sample([each for each in singles() if each not in _REFUSES_ALL], rng.randint(2, 6))
    found = dict(drawn)
    if any(name.startswith("rate_limit") for name in found):
        found |= {"rate_limit_calls": 3, "rate_limit_window": 1}
    if found.get("repeat_share") == "union":
        refusing = {name for name, _ in REFUSED}
        found = {name: value for name, value in found.items() if name not in refusing}
        found["repeat_share"] = "union"
    if found.get("delete_while_pending") == "no_effect":
        found.pop("delete_absent", None)
    if found.get("batches") == "refused":
        found.pop("require_appsecret_proof", None)
    return dict(sorted(found.items()))


def resolve(sim: Simulator, output: str) -> set[Setting]:
    """Restore the defaults of settings, as Meta or an admin ends the reason of a refusal.

    Returns the settings in force whose documented refusal is in the output of a command.
    """
    in_force = [each for each in REFUSED if getattr(sim.switches, each[0]) == each[1]]
    resolved = {each for each in in_force if any(part in output for part in REFUSED[each])}
    defaults = Switches()
    sim.set(**{name: getattr(defaults, name) for name, _ in resolved})
    return resolved


def environment(switches: Mapping[str, object], tokens: Iterable[str]) -> dict[str, str]:
    """Return the variables that a person has to set for these switches, besides those of tokens."""
    if not switches.get("require_appsecret_proof"):
        return {}
    return {token.replace("ACCESS_TOKEN", "APP_SECRET"): APP_SECRET for token in tokens}


def named(switches: Mapping[str, object]) -> str:
    """Return switches as the command line takes them."""
    return " ".join(f"{name}={_shown(value)}" for name, value in switches.items())


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
