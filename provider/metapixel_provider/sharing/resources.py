"""The description of each resource: its inputs and its outputs.

The checks of inputs, the keys, the review and the reference pages are derived from it. A test
compares it with the classes that programs use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.sharing import forms
from metapixel_provider.sharing.status import (
    NEEDS_APPROVAL,
    PermissionStatus,
    RequestResponse,
    RequestStatus,
    ShareStatus,
    StandingStatus,
)
from metapixel_provider.sharing.tasks import OnExisting, Task

if TYPE_CHECKING:
    from metapixel_provider.sharing.forms import Form, ValueType


@dataclass(frozen=True)
class Input:
    """An input. If `replaces` is True, it identifies the resource, and a change replaces it."""

    name: str
    form: Form
    text: str
    required: bool = False
    replaces: bool = False
    default: str = ""


@dataclass(frozen=True)
class Output:
    """An output that a program can read. If only some values are possible, `words` lists them."""

    name: str
    text: str
    type: ValueType = "string"
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resource:
    """A resource. `source` names the part of Meta's documentation that describes it.

    If `is_unique` is True, a program may declare a resource id only once.
    `kept` are the names of outputs that only the provider reads, from the state.
    """

    name: str
    text: str
    source: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    is_unique: bool = True
    kept: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all properties in the state."""
        inputs = [each.name for each in self.inputs]
        return (*inputs, *(each.name for each in self.outputs), *self.kept)

    @property
    def key(self) -> tuple[str, ...]:
        """The inputs that identify the resource. A change of one of them replaces it."""
        return tuple(each.name for each in self.inputs if each.replaces)

    @property
    def identity(self) -> tuple[str, ...]:
        """The names of the inputs that form the resource id: the required ids of `key`."""
        return tuple(
            each.name
            for each in self.inputs
            if each.replaces and each.required and not each.form.words
        )

    @property
    def changeable(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.inputs if not each.replaces)

    @property
    def statuses(self) -> tuple[str, ...]:
        (status,) = (each for each in self.outputs if each.name == "status")
        return status.words


_CREDENTIALS = Input(
    "credentials",
    forms.TEXT,
    "The name of a credential set, from `metapixel:credentials` or the environment. Without a "
    "name, the default token is used.",
)


PIXEL_SHARE = Resource(
    name="PixelAgencyShare",
    text="A share of a pixel with an agency business, for the permitted tasks. If the two "
    "businesses have no relationship yet, the agency must accept the share first. Until then "
    "the status is `PENDING`, and an update succeeds with a warning. The resource id is "
    "`PIXEL/AGENCY`.",
    source="Meta's guide, step 1",
    inputs=(
        Input(
            "pixel_id",
            forms.ID,
            "The id of the pixel. The business of the token must own the pixel.",
            required=True,
            replaces=True,
        ),
        Input(
            "agency_business_id",
            forms.ID,
            "The id of the business that receives the pixel.",
            required=True,
            replaces=True,
        ),
        Input(
            "permitted_tasks",
            forms.tasks(Task),
            "A list of at least one task. The order has no effect.",
            required=True,
        ),
        Input(
            "on_existing",
            forms.choice(OnExisting),
            "The reaction if the agency already has the pixel when the share is created. "
            "`adopt` adopts a share with the same tasks and refuses other tasks, `overwrite` "
            "replaces other tasks, and `fail` refuses every existing share. This applies also "
            "if a share gets a new name without an alias, and after a killed run.",
            default=OnExisting.ADOPT,
        ),
        Input(
            "resend",
            forms.TEXT,
            "Any text. A change of this text sends the share again, for example to an agency "
            "that declined.",
        ),
        Input(
            "expires_on",
            forms.DAY,
            "The last day of the access in UTC, as `YYYY-MM-DD`. After it, the provider grants "
            "nothing, but only a component or the removal of the share ends the access.",
        ),
        Input(
            "reason",
            forms.TEXT,
            "The reason for the access, for policies, reviews and reports.",
        ),
        _CREDENTIALS,
    ),
    outputs=(
        Output("status", "The status of the share.", words=tuple(ShareStatus)),
        Output(
            "granted_tasks",
            "The tasks that Meta lists for the agency. Empty if the agency has no access.",
            type="list",
        ),
        Output(
            "pending_request_id",
            "The id of the sharing request that is open or was not accepted, or an empty string.",
        ),
        Output(
            "requested_on",
            "The UTC date when the agency was asked to accept, as `YYYY-MM-DD`. Empty if the "
            "agency did not have to accept, or if the share already existed and was adopted.",
        ),
        Output("agency_name", "The name of the agency. Empty if Meta has not returned it."),
        Output(
            "pixel_name",
            "The name of the pixel. Empty if Meta has not returned it, for example while "
            "the share waits for the agency.",
        ),
    ),
    kept=("tasks_being_revoked", "tasks_added_by_meta", NEEDS_APPROVAL, "write_unanswered"),
)


PERMISSION = Resource(
    name="PixelAdAccountPermission",
    text="A permission for an ad account to advertise with a pixel. If the business of the ad "
    "account does not have access to the pixel yet, the status is `WAITING_FOR_SHARE`, and a later "
    "update adds the permission. The resource id is `PIXEL/BUSINESS/ACCOUNT`.",
    source="Meta's guide, step 3",
    inputs=(
        Input(
            "pixel_id",
            forms.ID,
            "The id of the pixel. The business must own it, or have a share of it with "
            "`ADVERTISE` or `ANALYZE`.",
            required=True,
            replaces=True,
        ),
        Input(
            "business_id",
            forms.ID,
            "The id of the business. The token must belong to an admin of this business.",
            required=True,
            replaces=True,
        ),
        Input(
            "ad_account_id",
            forms.AD_ACCOUNT,
            "The id of the ad account, as `act_123` or `123`.",
            required=True,
            replaces=True,
        ),
        _CREDENTIALS,
    ),
    outputs=(Output("status", "The status of the permission.", words=tuple(PermissionStatus)),),
)

RESPONSE = Resource(
    name="PixelSharingRequestResponse",
    text="An answer to one sharing request, sent with a token of the business that received it. "
    "An answer cannot be revoked, so deleting this resource changes nothing at Meta. The "
    "resource id is the id of the request. To accept every request of an owner, declare a "
    "`PixelSharingStandingResponse`.",
    source="Meta's guide, step 2",
    inputs=(
        Input(
            "request_id",
            forms.REQUEST_ID,
            "The id of the request, for example a share's `pending_request_id`.",
            required=True,
            replaces=True,
        ),
        Input(
            "request_status",
            forms.choice(RequestResponse),
            "`APPROVE` or `DECLINE`.",
            required=True,
            replaces=True,
        ),
        Input(
            "owner_business_id",
            forms.ID,
            "The id of the business that should have sent the request. A request from another "
            "business is refused and not answered.",
        ),
        Input(
            "agency_business_id",
            forms.ID,
            "The id of the business that received the request. Required with `owner_business_id`, "
            "because Meta lists the requests of an owner only for one recipient.",
            replaces=True,
        ),
        _CREDENTIALS,
    ),
    outputs=(
        Output(
            "status",
            "The status of the request that Meta returned.",
            words=tuple(RequestStatus),
        ),
    ),
    # One request can be for several pixels, each with an answer in the program, and the second
    # answer is adopted.
    is_unique=False,
)

STANDING = Resource(
    name="PixelSharingStandingResponse",
    text="A standing response: an agency accepts every sharing request of one owner. An update "
    "finds later requests only after a refresh. An acceptance applies to all assets of a request, "
    "and from then on the owner can share more without asking. Deleting this resource changes "
    "nothing at Meta. The resource id is `OWNER/AGENCY`.",
    source="Meta's guide, step 2",
    inputs=(
        Input(
            "owner_business_id",
            forms.ID,
            "The id of the business whose requests are accepted.",
            required=True,
            replaces=True,
        ),
        Input(
            "agency_business_id",
            forms.ID,
            "The id of the business that received the requests. The token must belong to an admin "
            "of this business.",
            required=True,
            replaces=True,
        ),
        Input(
            "expires_on",
            forms.DAY,
            "The last day in UTC on which requests are accepted, as `YYYY-MM-DD`.",
        ),
        Input(
            "reason",
            forms.TEXT,
            "The reason for the acceptance, for policies, reviews and reports.",
        ),
        _CREDENTIALS,
    ),
    outputs=(
        Output("status", "The status of the standing response.", words=tuple(StandingStatus)),
        Output(
            "answered",
            "The ids of the accepted requests, including those with an unconfirmed answer.",
            type="list",
        ),
        Output(
            "answered_on",
            "The UTC date of the last answer that this resource sent, as `YYYY-MM-DD`. Empty if it "
            "has not sent an answer.",
        ),
    ),
)
