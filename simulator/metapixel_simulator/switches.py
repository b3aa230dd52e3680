"""Named switches for the questions that Meta's documentation leaves open.

Each switch is a field, whose docstring is a sentence for the documentation and the control API. The
title of its type describes the allowed values, unless the type lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .sentences import shown

_PAIR = "{0}:{0}".format("(ANALYZE|UPLOAD|ADVERTISE|EDIT)")

Count = Annotated[int, Field(ge=0, title="a whole number, 0 or more")]
Size = Annotated[int, Field(ge=1, title="a whole number, 1 or more")]
Days = Annotated[
    Annotated[int, Field(ge=0)] | Literal["never"],
    Field(title="a whole number, 0 or more, or never"),
]
Most = Annotated[
    Annotated[int, Field(ge=1)] | Literal["never"],
    Field(title="a whole number, 1 or more, or never"),
]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False, title="a number, 0 or more")]
Version = Annotated[str, Field(pattern=r"^v[0-9]+\.[0-9]+$", title="vN.N")]
Pairs = Annotated[
    str,
    Field(
        pattern=f"^(none|{_PAIR}( {_PAIR})*)$",
        title="none, or pairs of tasks such as ANALYZE:ADVERTISE EDIT:ANALYZE",
    ),
]


class Switches(BaseModel):
    """The switches of one simulated Meta, described in docs/simulator-reference.md.

    A value that is not allowed raises ValueError.
    """

    model_config = ConfigDict(
        extra="forbid", strict=True, validate_default=True, use_attribute_docstrings=True
    )

    repeat_share: Literal["overwrite", "union", "error"] = "overwrite"
    """POST agencies on an active share replaces the tasks, adds tasks, or fails with code 100."""
    repeat_pending: Literal["same_request", "new_request"] = "same_request"
    """POST agencies for a pixel in an open request changes the tasks in this request, or moves the
    pixel to a new request."""
    delete_absent: Literal["error", "success"] = "error"
    """The answer to DELETE agencies or shared_accounts if there is nothing to delete: code 100, or
    success."""
    delete_while_pending: Literal["withdraw", "no_effect"] = "withdraw"
    """DELETE agencies on a pending share removes the pixel from the request, or changes nothing and
    gets the answer for an absent share. A request without a pixel is CANCELED."""
    pending_in_agencies: Literal["absent", "present"] = "absent"
    """GET agencies omits or lists a share that the agency has not accepted yet."""
    max_shares_per_pixel: Count = 100
    """The maximum number of businesses that have the pixel or an open request for it."""
    request_expiry: Days = 30
    """Days after which a request without an answer is EXPIRED."""
    request_purged_after: Days = "never"
    """Days between the end of a request and its deletion."""
    unshare_drops_permissions: bool = True
    """If true, the end of a share ends the agency's permissions on the pixel."""
    implied_tasks: Pairs = "none"
    """The tasks that bring other tasks: with ANALYZE:ADVERTISE, ANALYZE brings ADVERTISE."""
    stale_reads: Count = 0
    """The number of reads after a write that still return the old state, counted for each changed
    request and each changed list."""
    request_node: Literal["BusinessAssetSharingAgreement", "BusinessAgreement"] = (
        "BusinessAssetSharingAgreement"
    )
    """The type of a request's node. A BusinessAgreement has only the fields id and request_status,
    the other type also initiator and recipient."""
    received_filter: Literal["honoured", "ignored"] = "honoured"
    """requesting_business_id in GET received_sharing_agreements filters the list, or is ignored."""
    ad_account_parameter: Literal["either", "account_id", "ad_account"] = "either"
    """The parameter of shared_accounts that contains the ad account. The other one is ignored."""
    require_appsecret_proof: bool = False
    """If true, a call without appsecret_proof is refused when the app has a secret."""
    require_pages_permission: bool = False
    """If true, sharing calls also need manage_pages, pages_read_engagement or pages_show_list."""
    latency: Seconds = 0
    """Seconds until an HTTP request is answered. Its effect comes at once."""
    batch_order: Literal["together", "one_after_another"] = "together"
    """A batch waits `latency` once, or for each of its entries."""
    batches: Literal["allowed", "refused"] = "allowed"
    """A batch is answered, or refused as a whole with code 100."""
    unreadable_edge: Literal["error", "omitted"] = "error"
    """If a field expansion requests an edge that the user cannot read, the call fails, or the node
    lacks the edge."""
    foreign_lists: Literal["listed", "empty", "refused"] = "listed"
    """GET shared_accounts and assigned_users for a business that the user does not administer
    returns the list to an admin of the owner, returns an empty list, or is refused."""
    empty_edge: Literal["omitted", "listed"] = "omitted"
    """If a field expansion requests an edge without nodes, the node lacks the edge, or has an empty
    list."""
    max_page_size: Size = 100
    """The maximum number of rows on a page."""
    max_rows_per_call: Most = "never"
    """The maximum of a call's limit times the limits of its field expansions. A larger call fails
    with code 1, 'Please reduce the amount of data'."""
    rate_limit_calls: Most = "never"
    """The number of calls that an app may make in each window. A batch entry counts as a call."""
    rate_limit_window: Seconds = 3600
    """Length of a window in seconds."""
    rate_limit_penalty: Seconds = 60
    """Seconds by which each call of a blocked app extends the block."""
    last_share: Literal["keeps_relationship", "ends_relationship"] = "keeps_relationship"
    """The end of the last share between an owner and an agency keeps their relationship, or ends
    it, so that the agency has to accept the next share."""
    former_partner: Literal["listed", "omitted"] = "listed"
    """GET business/agencies lists or omits an agency that has a relationship, but no share and no
    ad account of the owner."""
    admin_approval: Literal["never", "grants", "removals", "always"] = "never"
    """The writes that another admin has to approve: none, POST, DELETE, or both. Such a write gets
    success with requires_admin_approval, and takes effect when the admin approves it."""
    oldest_version: Version = "v25.0"
    """A call with an older version fails with code 2635."""
    newest_version: Version = "v27.0"
    """A call with a newer version fails with code 2635. A call without a version uses this one."""

    def __setattr__(self, name: str, value: object) -> None:
        self.set({name: value})

    def set(self, values: Mapping[str, object]) -> None:
        """Set several switches.

        Raises ValueError for an unknown switch or a value that is not allowed. In that case, no
        switch is changed.
        """
        try:
            checked = Switches.model_validate({**dict(self), **values})
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0])
            if name not in Switches.model_fields:
                known = ", ".join(Switches.model_fields)
                raise ValueError(f"{name} is not a switch; the switches are {known}") from None
            allowed = _allowed(name)
            wanted = allowed if isinstance(allowed, str) else " or ".join(map(_text, allowed))
            raise ValueError(f"{name} must be {wanted}, not {shown(values[name])}") from None
        vars(self).update(vars(checked))

    def with_implied(self, tasks: Iterable[str]) -> tuple[str, ...]:
        """Return these tasks and the tasks that Meta grants with them (switch `implied_tasks`)."""
        found = list(tasks)
        pairs = [pair.split(":") for pair in self.implied_tasks.split()]
        for each in found:
            for pair in pairs:
                if pair[0] == each and pair[1] not in found:
                    found.append(pair[1])
        return tuple(found)


def describe() -> list[dict[str, object]]:
    """Return the name, the default, the allowed values and the meaning of every switch."""
    return [
        {
            "name": name,
            "default": field.default,
            "allowed": _allowed(name),
            "meaning": " ".join(str(field.description).split()),
        }
        for name, field in Switches.model_fields.items()
    ]


def _allowed(name: str) -> tuple[object, ...] | str:
    """Return the allowed values of a switch, or their description."""
    field = Switches.model_fields[name]
    return field.title or get_args(field.annotation) or (True, False)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def version_key(version: str) -> tuple[int, int] | None:
    """Return a version such as `v27.0` as two numbers, or None if the text is not a version."""
    found = re.fullmatch(r"v([0-9]+)\.([0-9]+)", version)
    return (int(found[1]), int(found[2])) if found else None
