"""Views of our resources, from which rules read the inputs.

If a rule reads a value that is not known in a preview, pulumi_policy reports only an advisory
note, and even a mandatory rule does not block. The views raise `UndecidableError` instead, and
`rule.py` reports it as a violation of the rule. A view reads an input only when a rule asks for it,
so the other inputs can be unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, TypeVar

from pulumi_policy.proxy import UnknownValueError

from metapixel_provider.sharing import days, ids
from metapixel_provider.sharing.engine_names import native_name
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import RequestStatus
from metapixel_provider.sharing.tasks import Task, canonical

T = TypeVar("T")


class UndecidableError(Exception):
    """The error if a rule cannot judge a resource, with the reason. The resource must not pass."""

    def __init__(self, urn: str, why: str) -> None:
        super().__init__(f"This cannot be decided: {why}")
        self.urn = urn


@dataclass(frozen=True)
class View:
    """The view of one resource, as the program declares it.

    Each property raises UndecidableError if its input is unknown or has a wrong type.
    """

    #: The engine's names of the types that the view fits.
    TYPES: ClassVar[tuple[str, ...]]

    urn: str
    inputs: Mapping[str, object]

    def _optional(self, name: str, read: Callable[[object], T]) -> T | None:
        try:
            value = self.inputs.get(name, self.inputs.get(native_name(name)))
            return None if value is None else read(value)
        except UnknownValueError:
            raise UndecidableError(
                self.urn,
                f"`{name}` is not known before the update. Use a value that is known in a "
                "preview: write it in the program, or take it from the stack's configuration",
            ) from None
        except ValueError as error:
            raise UndecidableError(self.urn, f"`{name}`: {error}") from None

    def _required(self, name: str, read: Callable[[object], T]) -> T:
        value = self._optional(name, read)
        if value is None:
            raise UndecidableError(self.urn, f"`{name}` is missing")
        return value


@dataclass(frozen=True)
class Grant(View):
    """The access of a business or of an ad account to a pixel."""

    @property
    def pixel_id(self) -> str:
        return self._required("pixel_id", ids.digits)


@dataclass(frozen=True)
class Share(Grant):
    """A pixel that is shared with an agency business."""

    TYPES = ResourceType.SHARE.tokens

    @property
    def agency_business_id(self) -> str:
        return self._required("agency_business_id", ids.digits)

    @property
    def permitted_tasks(self) -> tuple[Task, ...]:
        return self._required("permitted_tasks", _tasks)

    @property
    def expires_on(self) -> date | None:
        """The last day of access, or None if the program declares none."""
        return self._optional("expires_on", _day)

    @property
    def reason(self) -> str:
        """The reason why the agency has access, or an empty string if the program declares none."""
        return self._optional("reason", _line) or ""

    @property
    def overwrites(self) -> bool:
        """True if creating this share may change a share that already exists at Meta."""
        return (self._optional("on_existing", _line) or "").lower() == "overwrite"


@dataclass(frozen=True)
class Permission(Grant):
    """An ad account that may use a pixel."""

    TYPES = ResourceType.PERMISSION.tokens

    @property
    def business_id(self) -> str:
        return self._required("business_id", ids.digits)

    @property
    def ad_account_id(self) -> str:
        return self._required("ad_account_id", ids.ad_account)


@dataclass(frozen=True)
class RequestResponse(View):
    """The answer to a sharing request, or the standing answer to those of an owner."""

    TYPES = (*ResourceType.RESPONSE.tokens, *ResourceType.STANDING_RESPONSE.tokens)

    @property
    def approves(self) -> bool:
        """False for an answer that declines. A standing response has no `request_status`."""
        status = self._optional("request_status", _line)
        return status is None or status.upper() == RequestStatus.APPROVE

    @property
    def owner_business_id(self) -> str | None:
        """The business that sent the request, or None if the program declares none."""
        return self._optional("owner_business_id", ids.digits)


def _tasks(value: object) -> tuple[Task, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError("is not a list of tasks")
    return canonical(value)


def _day(value: object) -> date:
    return days.day(_line(value))


def _line(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("is not a string")
    return value.strip()
