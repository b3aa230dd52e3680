"""Pulumi programs as text, composed of the resources that a test needs."""

from __future__ import annotations

#: The first lines of a program whose resources the native plugin serves. A declared provider takes
#: the place of a credential set, and has its secrets.
NATIVE = """
import functools
import os

import pulumi
from metapixel_plugin.components import _register
from pulumi_metapixel._resource import registration

@functools.cache
def _provider(name):
    given = {
        "accessToken": os.environ[f"META_ACCESS_TOKEN_{name.upper()}"],
        "appSecret": os.environ.get(f"META_APP_SECRET_{name.upper()}"),
        "graphUrl": pulumi.Config("metapixel").require("graphUrl"),
    }
    return pulumi.ProviderResource("metapixel", name, given)

def _register_natively(resource, name, properties, opts):
    credentials = properties.pop("credentials", None)
    own = pulumi.ResourceOptions(provider=_provider(credentials) if credentials else None)
    _register(None, resource, name, properties, pulumi.ResourceOptions.merge(opts, own))

registration.set(_register_natively)
"""


class Code(str):
    """An argument that is Python code, not a value: `Code("a.pending_request_id")`."""

    def __repr__(self) -> str:
        return str(self)


def program(*statements: str) -> str:
    return "\n".join(["import pulumi", "from pulumi_metapixel import *", *statements, ""])


def share(name: str, pixel: str, agency: str, *tasks: str, opts: str = "", **inputs: object) -> str:
    """Return a statement that declares a share and assigns it to a variable of the same name.

    The default of `tasks` is ANALYZE. `opts` are the arguments of `pulumi.ResourceOptions`.
    """
    given = {
        "pixel_id": pixel,
        "agency_business_id": agency,
        "permitted_tasks": list(tasks or ("ANALYZE",)),
        **inputs,
    }
    return resource("PixelAgencyShare", name, given, opts)


def permission(
    name: str, pixel: str, business: str, account: str, opts: str = "", **inputs: object
) -> str:
    """Return a statement that declares a permission and assigns it to a variable, as in `share`."""
    given = {"pixel_id": pixel, "business_id": business, "ad_account_id": account, **inputs}
    return resource("PixelAdAccountPermission", name, given, opts)


def response(name: str, request_id: str, request_status: str = "APPROVE", **inputs: object) -> str:
    """Return a statement that declares a response and assigns it to a variable, as in `share`."""
    given = {"request_id": request_id, "request_status": request_status, **inputs}
    return resource("PixelSharingRequestResponse", name, given)


def standing_response(name: str, owner: str, agency: str, opts: str = "", **inputs: object) -> str:
    """Return a statement that declares a standing response and assigns it to a variable."""
    given = {"owner_business_id": owner, "agency_business_id": agency, **inputs}
    return resource("PixelSharingStandingResponse", name, given, opts)


def agency_access(
    name: str, agency: str, pixels: dict[str, str], *tasks: str, opts: str = "", **inputs: object
) -> str:
    """Return a statement that declares the access of an agency, as in `share`."""
    given = {
        "agency_business_id": agency,
        "pixels": pixels,
        "permitted_tasks": list(tasks or ("ANALYZE",)),
        **inputs,
    }
    return resource("AgencyAccess", name, given, opts)


def pixel_access(pixel: str, **inputs: object) -> Code:
    """Return an expression for the access to one pixel, for `agency_access`."""
    arguments = ", ".join(
        f"{key}={value!r}" for key, value in {"pixel_id": pixel, **inputs}.items()
    )
    return Code(f"PixelAccess({arguments})")


def resource(kind: str, name: str, given: dict[str, object], opts: str = "") -> str:
    """Return a statement that declares a resource of any kind, as in `share`."""
    arguments = [repr(name), *(f"{key}={value!r}" for key, value in given.items())]
    if opts:
        arguments.append(f"opts=pulumi.ResourceOptions({opts})")
    return f"{name.replace('-', '_')} = {kind}({', '.join(arguments)})"
