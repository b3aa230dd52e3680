"""Pulumi programs in YAML for the native plugin, composed of the resources that a test needs."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

#: A resource by its name.
Declared = dict[str, dict[str, object]]
#: Resource options, such as `{"dependsOn": ["${share}"]}`.
Options = Mapping[str, object]


def program(*resources: Declared, outputs: Mapping[str, object] | None = None) -> str:
    """Return a program that declares these resources, and exports these outputs."""
    declared = {name: each for resource in resources for name, each in resource.items()}
    return yaml.safe_dump({"resources": declared, "outputs": dict(outputs or {})}, sort_keys=False)


def provider(name: str, token: str, graph_url: str) -> Declared:
    """Declare an explicit provider, which resources select with `using(name)`."""
    given = {"accessToken": {"fn::secret": token}, "graphUrl": graph_url}
    return {name: {"type": "pulumi:providers:metapixel", "properties": given}}


def using(provider: str, *depends_on: str) -> Options:
    """Return the options of a resource that uses an explicit provider."""
    after = {"dependsOn": [f"${{{each}}}" for each in depends_on]} if depends_on else {}
    return {"provider": f"${{{provider}}}", **after}


def share(
    name: str,
    pixel: str,
    agency: str,
    *tasks: str,
    options: Options | None = None,
    **inputs: object,
) -> Declared:
    """Declare a share. The default of `tasks` is ANALYZE."""
    given = {
        "pixelId": pixel,
        "agencyBusinessId": agency,
        "permittedTasks": list(tasks or ("ANALYZE",)),
        **inputs,
    }
    return resource("PixelAgencyShare", name, given, options)


def permission(
    name: str, pixel: str, business: str, account: str, options: Options | None = None
) -> Declared:
    given = {"pixelId": pixel, "businessId": business, "adAccountId": account}
    return resource("PixelAdAccountPermission", name, given, options)


def standing_response(
    name: str, owner: str, agency: str, options: Options | None = None, **inputs: object
) -> Declared:
    given = {"ownerBusinessId": owner, "agencyBusinessId": agency, **inputs}
    return resource("PixelSharingStandingResponse", name, given, options)


def resource(
    kind: str, name: str, given: Mapping[str, object], options: Options | None = None
) -> Declared:
    """Declare a resource of our package, which may be a component."""
    declared: dict[str, object] = {"type": f"metapixel:{kind}", "properties": dict(given)}
    return {name: declared | ({"options": dict(options)} if options else {})}
