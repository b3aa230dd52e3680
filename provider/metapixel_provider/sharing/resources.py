"""The description of each resource: its inputs and its outputs.

The checks of inputs, the keys, the review and the reference pages are derived from it. The texts
are in the classes that programs use, which a test compares with it.
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
from metapixel_provider.sharing.tasks import OnExisting

if TYPE_CHECKING:
    from metapixel_provider.sharing.forms import Form, ValueType


@dataclass(frozen=True)
class Input:
    """An input. If `replaces` is True, it identifies the resource, and a change replaces it."""

    name: str
    form: Form
    required: bool = False
    replaces: bool = False
    default: str = ""


@dataclass(frozen=True)
class Output:
    """An output that a program can read. If only some values are possible, `words` lists them."""

    name: str
    type: ValueType = "string"
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resource:
    """A resource.

    `identity` are the names of the inputs that form the resource id.
    If `is_unique` is True, a program may declare a resource id only once.
    `kept` are the names of outputs that only the provider reads, from the state.
    """

    name: str
    identity: tuple[str, ...]
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
    def statuses(self) -> tuple[str, ...]:
        (status,) = (each for each in self.outputs if each.name == "status")
        return status.words


_CREDENTIALS = Input("credentials", forms.TEXT)

PIXEL_SHARE = Resource(
    name="PixelAgencyShare",
    identity=("pixel_id", "agency_business_id"),
    inputs=(
        Input("pixel_id", forms.ID, required=True, replaces=True),
        Input("agency_business_id", forms.ID, required=True, replaces=True),
        Input("permitted_tasks", forms.TASKS, required=True),
        Input("on_existing", forms.choice(OnExisting), default=OnExisting.ADOPT),
        Input("resend", forms.TEXT),
        Input("expires_on", forms.DAY),
        Input("reason", forms.TEXT),
        _CREDENTIALS,
    ),
    outputs=(
        Output("status", words=tuple(ShareStatus)),
        Output("granted_tasks", type="list"),
        Output("pending_request_id"),
        Output("requested_on"),
        Output("agency_name"),
        Output("pixel_name"),
    ),
    kept=("tasks_being_revoked", "tasks_added_by_meta", NEEDS_APPROVAL, "write_unanswered"),
)

PERMISSION = Resource(
    name="PixelAdAccountPermission",
    identity=("pixel_id", "business_id", "ad_account_id"),
    inputs=(
        Input("pixel_id", forms.ID, required=True, replaces=True),
        Input("business_id", forms.ID, required=True, replaces=True),
        Input("ad_account_id", forms.AD_ACCOUNT, required=True, replaces=True),
        _CREDENTIALS,
    ),
    outputs=(Output("status", words=tuple(PermissionStatus)),),
)

RESPONSE = Resource(
    name="PixelSharingRequestResponse",
    identity=("request_id",),
    inputs=(
        Input("request_id", forms.REQUEST_ID, required=True, replaces=True),
        Input("request_status", forms.choice(RequestResponse), required=True, replaces=True),
        Input("owner_business_id", forms.ID),
        Input("agency_business_id", forms.ID, replaces=True),
        _CREDENTIALS,
    ),
    outputs=(Output("status", words=tuple(RequestStatus)),),
    # One request can be for several pixels, each with an answer in the program, and the second
    # answer is adopted.
    is_unique=False,
)

STANDING = Resource(
    name="PixelSharingStandingResponse",
    identity=("owner_business_id", "agency_business_id"),
    inputs=(
        Input("owner_business_id", forms.ID, required=True, replaces=True),
        Input("agency_business_id", forms.ID, required=True, replaces=True),
        Input("expires_on", forms.DAY),
        Input("reason", forms.TEXT),
        _CREDENTIALS,
    ),
    outputs=(
        Output("status", words=tuple(StandingStatus)),
        Output("answered", type="list"),
        Output("answered_on"),
    ),
)
