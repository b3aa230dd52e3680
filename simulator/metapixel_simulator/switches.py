"""Named switches for the questions that Meta's documentation leaves open.

Each switch is a field. Its metadata contain a rule for the values, and a sentence for the
documentation and the control API. A value that breaks the rule raises ValueError.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from .things import TASKS


@dataclass(frozen=True)
class Rule:
    """The rule for the values of a switch.

    `allowed` contains the allowed values, or describes them. `fits` returns True if a value is
    allowed.
    """

    allowed: tuple[object, ...] | str
    fits: Callable[[object], bool]


# These functions return a field. Like dataclasses.field, they have the return type Any, so that the
# result can be assigned to a field of any type.


def _switch(default: object, doc: str, rule: Rule) -> Any:
    return field(default=default, metadata={"rule": rule, "doc": doc})


def _choice(default: object, other: tuple[object, ...], doc: str) -> Any:
    allowed = (default, *other)

    def fits(value: object) -> bool:
        # In Python, 1 == True, so the types must also be equal.
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


def _pairs(default: str, doc: str) -> Any:
    def fits(value: object) -> bool:
        return isinstance(value, str) and (value == default or are_pairs(value))

    def are_pairs(value: str) -> bool:
        pairs = [pair.split(":") for pair in value.split(" ")]
        return all(len(pair) == 2 and set(pair) <= set(TASKS) for pair in pairs)

    example = "ANALYZE:ADVERTISE EDIT:ANALYZE"
    return _switch(default, doc, Rule(f"{default}, or pairs of tasks such as {example}", fits))


def _version(default: str, doc: str) -> Any:
    def fits(value: object) -> bool:
        return isinstance(value, str) and version_key(value) is not None

    return _switch(default, doc, Rule("vN.N", fits))


@dataclass
class Switches:
    """The switches of one simulated Meta, described in docs/simulator-reference.md."""

    repeat_share: str = _choice(
        "overwrite",
        ("union", "error"),
        "The effect of POST agencies on an active share: the call replaces the tasks, adds "
        "tasks, or fails with code 100.",
    )
    repeat_pending: str = _choice(
        "same_request",
        ("new_request",),
        "The effect of POST agencies for a pixel that waits in an open request to the agency: the "
        "call changes the tasks in this request, or moves the pixel to a new request.",
    )
    delete_absent: str = _choice(
        "error",
        ("success",),
        "The answer to DELETE agencies or shared_accounts if the share or the permission does not "
        "exist: code 100, or success.",
    )
    delete_while_pending: str = _choice(
        "withdraw",
        ("no_effect",),
        "The effect of DELETE agencies on a pending share: the call removes the pixel from the "
        "request, or changes nothing and gets the answer for an absent share. A request without "
        "a pixel is CANCELED.",
    )
    pending_in_agencies: str = _choice(
        "absent",
        ("present",),
        "A share that the agency has not accepted yet is absent from GET agencies, or present.",
    )
    max_shares_per_pixel: int = _number(
        100,
        "The maximum number of businesses that a pixel is shared with, including businesses "
        "with an open request. Meta documents no number.",
    )
    request_expiry: int | str = _number(
        30, "Days after which a request without an answer is EXPIRED.", never=True
    )
    request_purged_after: int | str = _number(
        "never",
        "Days between the end of a request and its deletion. A read of a deleted request fails "
        "with code 100, subcode 33.",
        never=True,
    )
    unshare_drops_permissions: bool = _flag(
        True,
        "If true, the end of a share also ends the ad account permissions of the agency on the "
        "pixel.",
    )
    implied_tasks: str = _pairs(
        "none",
        "The tasks that bring other tasks. ANALYZE:ADVERTISE means that a business with the task "
        "ANALYZE also has ADVERTISE, so that reads return both. Several pairs are separated by "
        "spaces.",
    )
    stale_reads: int = _number(
        0,
        "The number of reads after a write that still return the old state. Each changed "
        "request and each changed list of agencies, shared_accounts, client_pixels or "
        "received_sharing_agreements has its own count.",
    )
    request_node: str = _choice(
        "BusinessAssetSharingAgreement",
        ("BusinessAgreement",),
        "The type of a request's node. A BusinessAgreement, which the lists of agreements "
        "return in Meta's SDK, has only the fields id and request_status. The other type also "
        "has initiator and recipient.",
    )
    received_filter: str = _choice(
        "honoured",
        ("ignored",),
        "The effect of requesting_business_id in GET received_sharing_agreements: the list has "
        "only the requests of this business, or all requests.",
    )
    ad_account_parameter: str = _choice(
        "either",
        ("account_id", "ad_account"),
        "The parameter of shared_accounts that contains the ad account. The other parameter is "
        "ignored.",
    )
    require_appsecret_proof: bool = _flag(
        False, "If true, a call without appsecret_proof is refused when the app has a secret."
    )
    require_pages_permission: bool = _flag(
        False,
        "If true, sharing calls also need manage_pages, pages_read_engagement or pages_show_list.",
    )
    latency: float = _number(0, "Seconds added to each HTTP request.", whole=False)
    batch_order: str = _choice(
        "together",
        ("one_after_another",),
        "Meta answers the entries of a batch either together, so that the batch waits `latency` "
        "once, or one after another, so that each entry waits `latency`.",
    )
    unreadable_edge: str = _choice(
        "error",
        ("omitted",),
        "The answer if a field expansion requests an edge that the user cannot read: the call "
        "fails, or the node lacks the edge.",
    )
    empty_edge: str = _choice(
        "omitted",
        ("listed",),
        "The answer if a field expansion requests an edge without nodes: the node lacks the edge, "
        "or the node has the edge with an empty list.",
    )
    max_page_size: int = _number(
        100,
        "The maximum number of rows on a page, even if the parameter 'limit' is higher.",
        least=1,
    )
    max_rows_per_call: int | str = _number(
        "never",
        "The maximum number of rows that a call may request, which is its limit times the "
        "limits of its field expansions. A larger call fails with code 1, 'Please reduce the "
        "amount of data'.",
        least=1,
        never=True,
    )
    rate_limit_calls: int | str = _number(
        "never",
        "The number of calls that an app may make in each window. A batch entry counts as a call.",
        least=1,
        never=True,
    )
    rate_limit_window: float = _number(3600, "Length of a window in seconds.", whole=False, least=0)
    rate_limit_penalty: float = _number(
        60,
        "While an app is blocked, each further call extends the block by this number of seconds.",
        whole=False,
    )
    last_share: str = _choice(
        "keeps_relationship",
        ("ends_relationship",),
        "The end of the last share between an owner and an agency keeps their relationship, or "
        "ends it, so that the agency has to accept the next share.",
    )
    admin_approval: str = _choice(
        "never",
        ("grants", "removals", "always"),
        "The writes of shares and permissions that another admin has to approve: none, POST, "
        "DELETE, or both. Such a write gets success with requires_admin_approval, and takes "
        "effect when the admin approves it.",
    )
    oldest_version: str = _version("v25.0", "A call with an older version fails with code 2635.")
    newest_version: str = _version(
        "v27.0",
        "A call with a newer version fails with code 2635. A call without a version uses this "
        "version.",
    )

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, _checked(name, value))

    def set(self, values: Mapping[str, object]) -> None:
        """Set several switches.

        Raises ValueError for an unknown switch or a value that is not allowed. In that case, no
        switch is changed.
        """
        checked = {name: _checked(name, value) for name, value in values.items()}
        for name, value in checked.items():
            super().__setattr__(name, value)

    def with_implied(self, tasks: Iterable[str]) -> tuple[str, ...]:
        """Return these tasks and the tasks that Meta grants with them (switch `implied_tasks`)."""
        found = list(tasks)
        pairs = [pair.split(":") for pair in self.implied_tasks.split()]
        for each in found:
            for pair in pairs:
                if pair[0] == each and pair[1] not in found:
                    found.append(pair[1])
        return tuple(found)

    def as_dict(self) -> dict[str, object]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


def describe() -> list[dict[str, object]]:
    """Return the name, the default, the allowed values and the meaning of every switch."""
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
    """Return the rule of each switch.

    Raises TypeError if a switch has no rule, or if the rule does not allow its default.
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
        raise ValueError(f"switch {name} must be {wanted}, not {json.dumps(value, default=str)}")
    return value


def version_key(version: str) -> tuple[int, int] | None:
    """Return a version such as `v27.0` as two numbers, or None if the text is not a version."""
    major, dot, minor = version.removeprefix("v").partition(".")
    if not version.startswith("v") or not dot or not (major + minor).isascii():
        return None
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else None


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_RULES = rules_of(Switches)
