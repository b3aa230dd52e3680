"""The types of our resources, each with its inputs and its outputs.

The checks of inputs, the keys, the review and the reference pages are derived from it. The texts
are in the classes that programs use, which a test compares with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from metapixel_provider.errors import ConfigurationError
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
from metapixel_provider.texts import quoted

#: The beginnings of the engine's names of our types: of the dynamic provider, and of the plugin.
_DYNAMIC, _NATIVE = "pulumi-python:dynamic/metapixel", "metapixel:index"

AGENCY_ACCESS = f"{_NATIVE}:AgencyAccess"
CLIENT_ACCESS = f"{_NATIVE}:ClientAccess"
COMPONENTS = frozenset({AGENCY_ACCESS, CLIENT_ACCESS})


@dataclass(frozen=True)
class Input:
    """An input. If `replaces` is True, it identifies the resource, and a change replaces it.

    If it is `passed_on`, a program sets it in `AgencyAccess`, and not in the resource.
    """

    name: str
    form: forms.Form
    required: bool = False
    replaces: bool = False
    passed_on: bool = False


@dataclass(frozen=True)
class Output:
    """An output that a program can read. If only some values are possible, `words` lists them."""

    name: str
    type: forms.ValueType = "string"
    words: tuple[str, ...] = ()


#: The outputs that only the provider reads, from the state. They are recorded while they have a
#: value.
INTERNAL = ("tasks_being_revoked", "tasks_added_by_meta", NEEDS_APPROVAL, "write_unanswered")
_CREDENTIALS = Input("credentials", forms.TEXT)


class ResourceType(StrEnum):
    """A type of resource. Its value is the name of the class in a program.

    `identity` are the names of the inputs that form the resource id.
    """

    identity: tuple[str, ...]
    inputs: tuple[Input, ...]
    input_names: tuple[str, ...]
    outputs: tuple[Output, ...]

    def __new__(
        cls,
        value: str,
        identity: tuple[str, ...] = (),
        inputs: tuple[Input, ...] = (),
        outputs: tuple[Output, ...] = (),
    ) -> ResourceType:
        type_ = str.__new__(cls, value)
        type_._value_ = value
        type_.identity = identity
        type_.inputs = inputs
        type_.input_names = tuple(each.name for each in inputs)
        type_.outputs = outputs
        return type_

    SHARE = (
        "PixelAgencyShare",
        ("pixel_id", "agency_business_id"),
        (
            Input("pixel_id", forms.ID, required=True, replaces=True),
            Input("agency_business_id", forms.ID, required=True, replaces=True),
            Input("permitted_tasks", forms.TASKS, required=True),
            Input("on_existing", forms.choice(OnExisting)),
            Input("resend", forms.TEXT),
            Input("expires_on", forms.DAY, passed_on=True),
            Input("reason", forms.TEXT),
            _CREDENTIALS,
        ),
        (
            Output("status", words=tuple(ShareStatus)),
            Output("granted_tasks", type="list"),
            Output("pending_request_id"),
            Output("requested_on"),
            Output("agency_name"),
            Output("pixel_name"),
        ),
    )

    PERMISSION = (
        "PixelAdAccountPermission",
        ("pixel_id", "business_id", "ad_account_id"),
        (
            Input("pixel_id", forms.ID, required=True, replaces=True),
            Input("business_id", forms.ID, required=True, replaces=True),
            Input("ad_account_id", forms.AD_ACCOUNT, required=True, replaces=True),
            _CREDENTIALS,
        ),
        (Output("status", words=tuple(PermissionStatus)),),
    )

    RESPONSE = (
        "PixelSharingRequestResponse",
        ("request_id",),
        (
            Input("request_id", forms.REQUEST_ID, required=True, replaces=True),
            Input("request_status", forms.choice(RequestResponse), required=True, replaces=True),
            Input("owner_business_id", forms.ID),
            Input("agency_business_id", forms.ID, replaces=True),
            _CREDENTIALS,
        ),
        (Output("status", words=tuple(RequestStatus)),),
    )

    STANDING_RESPONSE = (
        "PixelSharingStandingResponse",
        ("owner_business_id", "agency_business_id"),
        (
            Input("owner_business_id", forms.ID, required=True, replaces=True),
            Input("agency_business_id", forms.ID, required=True, replaces=True),
            Input("expires_on", forms.DAY),
            Input("reason", forms.TEXT),
            _CREDENTIALS,
        ),
        (
            Output("status", words=tuple(StandingStatus)),
            Output("answered", type="list"),
            Output("answered_on"),
        ),
    )

    @classmethod
    def of(cls, token: str) -> ResourceType | None:
        """Return the type that the engine names so, or None if this version does not know it."""
        return _OF_TOKEN.get(token)

    @property
    def dynamic(self) -> str:
        """The engine's name of the type, if the dynamic provider serves it."""
        return f"{_DYNAMIC}:{self}"

    @property
    def native(self) -> str:
        """The engine's name of the type, if the native plugin serves it."""
        return f"{_NATIVE}:{self}"

    @property
    def is_unique(self) -> bool:
        """False if a program may declare a resource id more than once."""
        # One request can be for several pixels, each with an answer in the program, and the second
        # answer is adopted.
        return self is not ResourceType.RESPONSE

    @property
    def is_access(self) -> bool:
        """True for shares and permissions. The other types are answers, which nobody can revoke."""
        return self in (ResourceType.SHARE, ResourceType.PERMISSION)

    @property
    def key(self) -> tuple[str, ...]:
        """The inputs that identify a resource. A change of one of them replaces the resource.

        For shares and permissions, the first two inputs are the pixel and the business that uses
        it. For standing responses, they are the owner and the agency.
        """
        return tuple(each.name for each in self.inputs if each.replaces)

    def id_of(self, inputs: Mapping[str, object]) -> str | None:
        """Return the id that a resource with these inputs has, or None if it is not known yet."""
        parts = []
        for name in self.identity:
            part = inputs.get(name)
            if not isinstance(part, str):
                return None
            parts.append(part)
        return "/".join(parts)

    def ids_in(self, resource_id: str) -> dict[str, object]:
        """Return the inputs in a resource id. Raise ConfigurationError if it has another form."""
        forms_of = {each.name: each.form for each in self.inputs}
        found: dict[str, object] = {}
        try:
            # `zip` raises ValueError too, if the number of parts is wrong.
            for name, part in zip(self.identity, resource_id.split("/"), strict=True):
                found[name] = forms_of[name].normal(part)
        except ValueError:
            raise ConfigurationError(
                f"{quoted(resource_id)} is not an id of the form {self._form_of_id}; each part is "
                f"a number"
            ) from None
        return found

    @property
    def _form_of_id(self) -> str:
        """The form of the resource id in messages, such as `PIXEL/BUSINESS/ACCOUNT`."""
        words = []
        for name in self.identity:
            words.append(name.removesuffix("_id").removesuffix("_business").removeprefix("ad_"))
        return "/".join(words).upper()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all properties that the state can have."""
        return (*self.input_names, *(each.name for each in self.outputs), *INTERNAL)

    @property
    def statuses(self) -> tuple[str, ...]:
        words = {each.name: each.words for each in self.outputs}
        return words["status"]


_OF_TOKEN = {type_.dynamic: type_ for type_ in ResourceType}
_OF_TOKEN |= {type_.native: type_ for type_ in ResourceType}


def is_ours(token: str) -> bool:
    """Return True for a type of our resources, even one that this version does not know."""
    return token.rpartition(":")[0] in (_DYNAMIC, _NATIVE) and token not in COMPONENTS
