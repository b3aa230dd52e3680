"""Everything Meta leaves open, as named switches.

Each switch is one field; its metadata hold the rule for its values and a sentence that the
documentation and the control API show. Setting a value that is not allowed raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

RATE_LIMIT_CODES = (4, 17, 32, 613, 80004)


@dataclass(frozen=True)
class Rule:
    """`allowed`: the values a switch takes, or words for them; `fits` checks one."""

    allowed: tuple[object, ...] | str
    fits: Callable[[object], bool]


# A switch's field; typed Any, as dataclasses.field is, so that it fits the field's own type.


def _switch(default: object, doc: str, rule: Rule) -> Any:
    return field(default=default, metadata={"rule": rule, "doc": doc})


def _choice(default: object, other: tuple[object, ...], doc: str) -> Any:
    allowed = (default, *other)

    def fits(value: object) -> bool:
        # 1 == True in Python, so the type counts too.
        return any(value == each and type(value) is type(each) for each in allowed)

    return _switch(default, doc, Rule(allowed, fits))


def _flag(default: bool, doc: str) -> Any:
    return _switch(default, doc, Rule((True, False), lambda value: isinstance(value, bool)))


def _number(
    default: object, doc: str, *, whole: bool = True, least: int = 0, never: bool = False
) -> Any:
    allowed = f"{'a whole number' if whole else 'a number'}, {least} or more"

    def fits(value: object) -> bool:
        if never and value == "never":
            return True
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return value >= least and (isinstance(value, int) or not whole)

    return _switch(default, doc, Rule(allowed + ", or never" * never, fits))


def _version(default: str, doc: str) -> Any:
    def fits(value: object) -> bool:
        return isinstance(value, str) and version_key(value) is not None

    return _switch(default, doc, Rule("vN.N", fits))


@dataclass
class Switches:
    """One simulated Meta's answers to the open questions; see docs/simulator.md."""

    repeat_share: str = _choice(
        "overwrite",
        ("union", "error"),
        "POST agencies for a share that stands: replaces its tasks, adds to them, or code 100.",
    )
    repeat_pending: str = _choice(
        "same_request",
        ("new_request",),
        "POST agencies while the agency has not answered: joins the open request (a repeated "
        "pixel takes the new tasks), or cancels that pixel's place in it and opens another.",
    )
    delete_absent: str = _choice(
        "error", ("success",), "DELETE agencies where no share stands: code 100, or success."
    )
    delete_while_pending: str = _choice(
        "withdraw",
        ("no_effect",),
        "DELETE agencies while pending: takes the pixel off the request (CANCELED once no pixel "
        "is left on it), or changes nothing and answers as for an absent share.",
    )
    pending_in_agencies: str = _choice(
        "absent", ("present",), "Whether GET agencies already lists a share not accepted yet."
    )
    max_shares_per_pixel: int = _number(
        100, "Businesses one pixel can be shared with; open requests count. Meta gives no number."
    )
    request_expiry: int | str = _number(
        30, "Days after which an unanswered request is EXPIRED.", never=True
    )
    request_purged_after: int | str = _number(
        "never", "Days after its end when a request becomes an unknown object (100/33).", never=True
    )
    unshare_drops_permissions: bool = _flag(
        True, "Whether unsharing also ends that business's ad account permissions on the pixel."
    )
    read_order: str = _choice(
        "shuffled_with_aa_analyze",
        ("as_sent",),
        "Tasks as read back: in another order and with AA_ANALYZE beside ANALYZE, or as sent.",
    )
    stale_reads: int = _number(
        0,
        "After a write, how many reads of what it changed (agencies, shared_accounts, the "
        "request) still show the state before it.",
    )
    request_node: str = _choice(
        "BusinessAssetSharingAgreement",
        ("BusinessAgreement",),
        "The node a request is: the first has initiator and recipient too, the second, which the "
        "lists of agreements answer with in Meta's SDK, only id and request_status.",
    )
    ad_account_parameter: str = _choice(
        "either",
        ("account_id", "ad_account"),
        "Which parameter shared_accounts reads; the other one is then ignored.",
    )
    require_appsecret_proof: bool = _flag(
        False, "Refuse calls without appsecret_proof where the app has a secret."
    )
    require_pages_permission: bool = _flag(
        False, "Ask sharing calls for manage_pages, pages_read_engagement or pages_show_list too."
    )
    latency: float = _number(0, "Seconds added to each HTTP request.", whole=False)
    default_page_size: int = _number(25, "Rows on a page when no limit is given.", least=1)
    max_page_size: int = _number(100, "Most rows on one page, whatever limit asks.", least=1)
    max_rows_per_call: int | str = _number(
        "never",
        "Rows one call may ask for (limit times the limits of expansions) before code 1, "
        "'Please reduce the amount of data'.",
        least=1,
        never=True,
    )
    rate_limit_calls: int | str = _number(
        "never",
        "Calls an app may make per window; batch entries count one each.",
        least=1,
        never=True,
    )
    rate_limit_window: float = _number(3600, "Seconds of that window.", whole=False, least=0)
    rate_limit_penalty: float = _number(
        60, "Seconds by which each call while limited lengthens the block.", whole=False
    )
    rate_limit_code: int = _switch(
        80004,
        "The error code a limited call gets.",
        Rule(RATE_LIMIT_CODES, lambda value: type(value) is int and value in RATE_LIMIT_CODES),
    )
    oldest_version: str = _version("v24.0", "Older versions get code 2635.")
    newest_version: str = _version(
        "v27.0", "Newer versions get code 2635; used when none is named."
    )
    seed: int = _number(0, "Seed of the order in which tasks are read back.")

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, _checked(name, value))

    def set(self, values: Mapping[str, object]) -> None:
        """Set several; none is changed when one is wrong.

        Raises:
            ValueError: an unknown switch or a value it does not take.
        """
        checked = {name: _checked(name, value) for name, value in values.items()}
        for name, value in checked.items():
            super().__setattr__(name, value)

    def as_dict(self) -> dict[str, object]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


def describe() -> list[dict[str, object]]:
    """Name, default, allowed values and meaning of every switch."""
    return [
        {
            "name": each.name,
            "default": each.default,
            "allowed": each.metadata["rule"].allowed,
            "meaning": each.metadata["doc"],
        }
        for each in fields(Switches)
    ]


def rules_of(switches: type[Switches]) -> dict[str, Rule]:
    """Each switch's rule.

    Raises:
        TypeError: a switch has no rule, or a default that its rule does not allow.
    """
    rules: dict[str, Rule] = {}
    for each in fields(switches):
        rule = each.metadata.get("rule")
        if rule is None or not rule.fits(each.default):
            raise TypeError(f"switch {each.name} needs a rule that allows its default")
        rules[each.name] = rule
    return rules


def _checked(name: str, value: object) -> object:
    rule = _RULES.get(name)
    if rule is None:
        raise ValueError(f"there is no switch {name!r}; the switches are {', '.join(_RULES)}")
    if not rule.fits(value):
        allowed = rule.allowed
        wanted = allowed if isinstance(allowed, str) else " or ".join(map(_shown, allowed))
        raise ValueError(f"switch {name} takes {wanted}, not {_shown(value)}")
    return value


def version_key(version: str) -> tuple[int, int] | None:
    """`v27.0` as numbers, None when it is not a version."""
    major, dot, minor = version.removeprefix("v").partition(".")
    if not version.startswith("v") or not dot or not (major + minor).isascii():
        return None
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else None


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_RULES = rules_of(Switches)
