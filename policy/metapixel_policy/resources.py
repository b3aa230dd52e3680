"""Our resources as a rule sees them: the inputs, read so that what is unknown is never passed over.

pulumi_policy raises when a rule reads a value that a preview cannot know, and turns that into an
advisory note: a mandatory rule would not block. Here it becomes `UndecidableError`, which `rule.py`
reports as a violation of the rule. Every property is read only when a rule asks for it, so a value
that no rule needs may stay unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, TypeVar

from pulumi_policy.proxy import UnknownValueError

from metapixel_provider.sharing import days, ids
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import RequestStatus
from metapixel_provider.sharing.tasks import Task, canonical

T = TypeVar("T")


class UndecidableError(Exception):
    """A rule cannot judge a resource, so it must not pass it; the text says why."""

    def __init__(self, urn: str, why: str) -> None:
        super().__init__(f"This cannot be decided: {why}")
        self.urn = urn


@dataclass(frozen=True)
class Declared:
    """A resource as the program declares it; reading what is unknown raises UndecidableError."""

    TYPE: ClassVar[ResourceType]

    urn: str
    inputs: Mapping[str, object]

    def _optional(self, name: str, read: Callable[[object], T]) -> T | None:
        try:
            value = self.inputs.get(name)
            return None if value is None else read(value)
        except UnknownValueError:
            raise UndecidableError(
                self.urn,
                f"{name} is not known before the update. Make it a value that a preview knows: "
                "write it down or take it from the stack's configuration",
            ) from None
        except ValueError as error:
            raise UndecidableError(self.urn, f"{name}: {error}") from None

    def _required(self, name: str, read: Callable[[object], T]) -> T:
        value = self._optional(name, read)
        if value is None:
            raise UndecidableError(self.urn, f"{name} is missing")
        return value


@dataclass(frozen=True)
class Grant(Declared):
    """Access to a pixel, of a business or of an ad account."""

    @property
    def pixel_id(self) -> str:
        return self._required("pixel_id", ids.digits)


@dataclass(frozen=True)
class Share(Grant):
    """A pixel given to an agency business."""

    TYPE = ResourceType.SHARE

    @property
    def agency_business_id(self) -> str:
        return self._required("agency_business_id", ids.digits)

    @property
    def permitted_tasks(self) -> tuple[Task, ...]:
        return self._required("permitted_tasks", _tasks)

    @property
    def unexplained_tasks(self) -> tuple[Task, ...]:
        """Tasks this update adds while `reason` stays as it was; the provider's check names them.

        It compares only what it knows, so both inputs must be known.
        """
        _ = self.permitted_tasks, self.reason
        return self._optional("unexplained_tasks", _tasks) or ()

    @property
    def expires_on(self) -> date | None:
        """The last day of access, or None when none is stated."""
        return self._optional("expires_on", _day)

    @property
    def reason(self) -> str:
        """Why the agency has access; empty when nothing is stated."""
        return self._optional("reason", _line) or ""

    @property
    def overwrites(self) -> bool:
        """Whether a share that stands already may be changed by creating this one."""
        return (self._optional("on_existing", _line) or "").lower() == "overwrite"


@dataclass(frozen=True)
class Permission(Grant):
    """An ad account allowed on a pixel."""

    TYPE = ResourceType.PERMISSION

    @property
    def business_id(self) -> str:
        return self._required("business_id", ids.digits)

    @property
    def ad_account_id(self) -> str:
        return self._required("ad_account_id", ids.ad_account)


@dataclass(frozen=True)
class RequestResponse(Declared):
    """The answer to a sharing request."""

    TYPE = ResourceType.RESPONSE

    @property
    def approves(self) -> bool:
        return self._required("request_status", _line).upper() == RequestStatus.APPROVE

    @property
    def owner_business_id(self) -> str | None:
        """The business the request is expected from, or None when none is stated."""
        return self._optional("owner_business_id", ids.digits)


def _tasks(value: object) -> tuple[Task, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError("is not a list of tasks")
    return canonical(value)


def _day(value: object) -> date:
    return days.day(_line(value))


def _line(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("is not a text")
    return value.strip()
