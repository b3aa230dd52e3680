"""The components of the SDK, constructed for programs in other languages."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import partial
from typing import Any

import grpc
import pulumi
from pulumi.provider import ConstructResult, Provider
from pulumi.provider.server import ProviderServicer
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2 as pb
from semver import VersionInfo as Version

from metapixel_plugin.schema import AGENCY_PROVIDER, COMPONENTS, arguments, texts_of_outputs
from metapixel_plugin.version import VERSION
from metapixel_provider.connection import NAMESPACE
from metapixel_provider.sharing.engine_names import camel, in_native
from metapixel_provider.sharing.resource_types import ResourceType
from pulumi_metapixel import PixelAccess
from pulumi_metapixel._children import check_keys
from pulumi_metapixel._resource import MetaPixelResource, registration


class Components(Provider):
    def __init__(self, engine: str) -> None:
        super().__init__(VERSION)
        self._servicer = ProviderServicer(self, [], engine)
        # The servicer is asynchronous, and `constructed` is called in other threads.
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        # Pulumi gets each provider among the inputs of a component from this package.
        rpc.register_resource_package(NAMESPACE, _Package())

    def constructed(
        self, request: pb.ConstructRequest, context: grpc.ServicerContext
    ) -> pb.ConstructResponse:
        construct = self._servicer.Construct(request, context)
        return asyncio.run_coroutine_threadsafe(construct, self._loop).result()

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        component = COMPONENTS[resource_type]
        title = f"{component.__name__} '{name}'"
        inputs_of_component = dict(inputs)
        agency = inputs_of_component.pop(AGENCY_PROVIDER, None)
        if not isinstance(agency, pulumi.ProviderResource | None):
            raise pulumi.RunError(f"{title}: {AGENCY_PROVIDER} is not a provider of this plugin")
        # The component registers its resources with this function, which sets their provider.
        registration.set(partial(_register, agency))
        given = _python_arguments(title, inputs_of_component, arguments(component))
        if agency is not None:
            # Any name keeps the component from warning that the agency has no token of its own.
            # `_register` removes the name, because the provider has the token.
            given["agency_credentials"] = AGENCY_PROVIDER
        pixels = given.get("pixels")
        if isinstance(pixels, Mapping):
            given["pixels"] = {label: _pixel(title, label, each) for label, each in pixels.items()}
        made = component(name, **given, opts=options)
        outputs = {camel(output): getattr(made, output) for output in texts_of_outputs(component)}
        return ConstructResult(made.urn, outputs)


class _Package(rpc.ResourcePackage):
    """Turns a reference to a provider of this plugin into a resource."""

    def version(self) -> Version:
        return Version.parse(VERSION)

    def construct_provider(self, name: str, typ: str, urn: str) -> pulumi.ProviderResource:
        return pulumi.ProviderResource(NAMESPACE, name, {}, pulumi.ResourceOptions(urn=urn))


def _pixel(title: str, label: str, given: object) -> object:
    """Return the access to a pixel. A program can also give its id alone."""
    if not isinstance(given, Mapping):
        return given
    names = (field.name for field in fields(PixelAccess))
    return PixelAccess(**_python_arguments(f"{title}, pixel '{label}'", given, names))


def _python_arguments(
    title: str, given: Mapping[str, object], names: Iterable[str]
) -> dict[str, Any]:
    """Return arguments with Python's names. Raise pulumi.RunError for an unknown one."""
    python_names = {camel(name): name for name in names}
    check_keys(title, given, python_names)
    return {python_names[name]: value for name, value in given.items()}


def _register(
    agency: pulumi.ProviderResource | None,
    resource: MetaPixelResource,
    name: str,
    properties: dict[str, object],
    opts: pulumi.ResourceOptions | None,
) -> None:
    """Register a resource as one of this plugin. `agency` is the provider of permissions."""
    # This plugin has no credential sets: the provider has the token.
    properties.pop("credentials", None)
    type_ = resource._adapter.type_
    aliases = [pulumi.Alias(type_=type_.dynamic)]
    provider = agency if type_ is ResourceType.PERMISSION else None
    own = pulumi.ResourceOptions(aliases=aliases, provider=provider)
    merged = pulumi.ResourceOptions.merge(opts, own)
    pulumi.CustomResource.__init__(resource, type_.native, name, in_native(properties), merged)
