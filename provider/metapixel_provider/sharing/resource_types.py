"""The types of our resources, each with its description."""

from __future__ import annotations

from enum import StrEnum

from metapixel_provider.sharing.resources import (
    PERMISSION,
    PIXEL_SHARE,
    RESPONSE,
    STANDING,
    Resource,
)

#: The beginnings of the engine's names of our types: of the dynamic provider, and of the plugin.
_DYNAMIC, _NATIVE = "pulumi-python:dynamic/metapixel", "metapixel:index"

#: The type of the component that contains the shares and permissions of one agency.
AGENCY_ACCESS = f"{_NATIVE}:AgencyAccess"

#: The type of the component that contains an agency's resources for one client.
CLIENT_ACCESS = f"{_NATIVE}:ClientAccess"

#: The types of our components.
COMPONENTS = frozenset({AGENCY_ACCESS, CLIENT_ACCESS})


class ResourceType(StrEnum):
    """A type of resource. Its value is the name of the class in a program."""

    SHARE = PIXEL_SHARE.name
    PERMISSION = PERMISSION.name
    RESPONSE = RESPONSE.name
    STANDING_RESPONSE = STANDING.name

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
    def tokens(self) -> tuple[str, str]:
        """The engine's names of the type."""
        return self.dynamic, self.native

    @property
    def described(self) -> Resource:
        return _DESCRIBED[self]

    @property
    def is_access(self) -> bool:
        """True for shares and permissions. The other types are answers to requests."""
        return self in (ResourceType.SHARE, ResourceType.PERMISSION)

    @property
    def key(self) -> tuple[str, ...]:
        """The inputs that identify a resource. A change of one of them replaces the resource.

        For shares and permissions, the first two inputs are the pixel and the business that uses
        it. For standing responses, they are the owner and the agency.
        """
        return self.described.key


_DESCRIBED = {each.name: each for each in (PIXEL_SHARE, PERMISSION, RESPONSE, STANDING)}
_OF_TOKEN = {token: type_ for type_ in ResourceType for token in type_.tokens}


def is_ours(token: str) -> bool:
    """Return True for a type of our resources, even if this version does not know it.

    Our components are not resources of their own.
    """
    return token.rpartition(":")[0] in (_DYNAMIC, _NATIVE) and token not in COMPONENTS
