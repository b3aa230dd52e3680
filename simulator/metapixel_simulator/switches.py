"""Everything Meta leaves open, as named switches.

Each switch is one field; its metadata hold the allowed values and a sentence that the
documentation and the control API show. Setting a value that is not allowed raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

RATE_LIMIT_CODES = (4, 17, 32, 613, 80004)


# A switch's field; typed Any, as dataclasses.field is, so that it fits the field's own type.


def _choice(default: str, other: tuple[str, ...], doc: str) -> Any:
    return field(default=default, metadata={"allowed": (default, *other), "doc": doc})


def _flag(default: bool, doc: str) -> Any:
    return field(default=default, metadata={"allowed": (True, False), "doc": doc})


def _number(
    default: object, doc: str, *, whole: bool = True, least: int = 0, never: bool = False
) -> Any:
    allowed = f"{'a whole number' if whole else 'a number'}, {least} or more"
    rule = {"allowed": allowed + ", or never" * never, "whole": whole, "least": least}
    return field(default=default, metadata={**rule, "never": never, "doc": doc})


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
    rate_limit_code: int = field(
        default=80004,
        metadata={"allowed": RATE_LIMIT_CODES, "doc": "The error code a limited call gets."},
    )
    oldest_version: str = field(
        default="v24.0",
        metadata={"allowed": "vN.N", "doc": "Older versions get code 2635."},
    )
    newest_version: str = field(
        default="v27.0",
        metadata={
            "allowed": "vN.N",
            "doc": "Newer versions get code 2635; used when none is named.",
        },
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
            "allowed": each.metadata["allowed"],
            "meaning": each.metadata["doc"],
        }
        for each in fields(Switches)
    ]


def _checked(name: str, value: object) -> object:
    spec = Switches.__dataclass_fields__.get(name)
    if spec is None:
        known = ", ".join(Switches.__dataclass_fields__)
        raise ValueError(f"there is no switch {name!r}; the switches are {known}")
    allowed = spec.metadata["allowed"]
    if not _fits(value, dict(spec.metadata)):
        wanted = allowed if isinstance(allowed, str) else " or ".join(map(_shown, allowed))
        raise ValueError(f"switch {name} takes {wanted}, not {_shown(value)}")
    return value


def _fits(value: object, rule: dict[str, Any]) -> bool:
    allowed = rule["allowed"]
    if isinstance(allowed, tuple):
        # 1 == True in Python, so the type counts too.
        return any(value == each and type(value) is type(each) for each in allowed)
    if allowed == "vN.N":
        return isinstance(value, str) and version_key(value) is not None
    if rule.get("never") and value == "never":
        return True
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value >= rule["least"] and (isinstance(value, int) or not rule["whole"])


def version_key(version: str) -> tuple[int, int] | None:
    """`v27.0` as numbers, None when it is not a version."""
    major, dot, minor = version.removeprefix("v").partition(".")
    if not version.startswith("v") or not dot or not (major + minor).isascii():
        return None
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else None


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
