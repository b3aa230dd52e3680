"""The engine's calls, each turned into an operation on a resource."""

# ruff: noqa: N802 (the protocol defines the names of the methods)

from __future__ import annotations

import contextlib
import functools
import json
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from metapixel_plugin import provider_inputs
from metapixel_plugin.properties import CREDENTIALS, Received, to_wire, without_secrets
from metapixel_plugin.version import VERSION
from metapixel_provider.errors import RefusedError
from metapixel_provider.process import THREADS, runtime
from metapixel_provider.process.engine_watch import end_with_the_engine
from metapixel_provider.process.failures import text_of
from metapixel_provider.process.operations import Operations
from metapixel_provider.sharing.contract import Notice, Problem
from metapixel_provider.sharing.days import NO_LAST_DAY
from metapixel_provider.sharing.engine_names import (
    for_native_programs,
    is_default,
    native_name,
    type_of,
)
from metapixel_provider.sharing.resource_types import AGENCY_ACCESS, COMPONENTS, ResourceType

if TYPE_CHECKING:
    from metapixel_plugin.components import Components

R = TypeVar("R")

#: A property in the record of a resource that a dynamic provider created.
_DYNAMIC_PROVIDER = "__provider"
_MOVED = Notice(
    "The provider for Python programs recorded some resources in the state, and it names outputs "
    "differently; run `pulumi refresh` once, so that the program gets all outputs."
)


def serve(engine: str) -> None:
    """Serve the engine at this address until it ends, and print the port."""
    end_with_the_engine(engine)
    server = grpc.server(ThreadPoolExecutor(THREADS))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(MetaPixel(engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - the engine reads it
    server.wait_for_termination()


def _reporting_errors(method: Callable[..., R]) -> Callable[..., R]:
    @functools.wraps(method)
    def run(self: MetaPixel, request: object, context: grpc.ServicerContext) -> R:
        try:
            return method(self, request, context)
        except Exception as error:  # noqa: BLE001 - the user must see the traceback of any bug
            context.abort(grpc.StatusCode.UNKNOWN, for_native_programs(text_of(error)))

    return run


class MetaPixel(ResourceProviderServicer):
    """The provider of one process. The engine configures it once."""

    _runtime: runtime.Runtime

    def __init__(self, engine: str) -> None:
        self._engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(engine))
        self._address = engine
        self._lock = threading.Lock()

    def Handshake(
        self, request: pb.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> pb.ProviderHandshakeResponse:
        # The engine constructs components only if the plugin accepts secrets. Arguments of a
        # component can be outputs, and one can be a provider.
        return pb.ProviderHandshakeResponse(
            accept_secrets=True, accept_resources=True, accept_outputs=True
        )

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(
        self, request: pb.GetSchemaRequest, context: grpc.ServicerContext
    ) -> pb.GetSchemaResponse:
        from metapixel_plugin.schema import schema

        return pb.GetSchemaResponse(schema=json.dumps(schema()))

    def CheckConfig(
        self, request: pb.CheckRequest, context: grpc.ServicerContext
    ) -> pb.CheckResponse:
        inputs, problems = provider_inputs.checked(request.news, is_default(request.urn))
        return pb.CheckResponse(inputs=inputs, failures=_failures(problems))

    @_reporting_errors
    def Configure(
        self, request: pb.ConfigureRequest, context: grpc.ServicerContext
    ) -> pb.ConfigureResponse:
        name = ""
        if is_default(request.urn):  # The stack's configuration configures this provider.
            provider_inputs.refuse_plain_text(request.args)
        else:
            name = request.urn.rpartition("::")[2]
        values = provider_inputs.configured_values(request.args)
        with self._lock:
            if hasattr(self, "_runtime"):
                raise RefusedError(
                    "this process of the plugin already serves a provider; start another process"
                )
            self._runtime = runtime.of_process(values.get, self._log, name)
        if CREDENTIALS in request.args:
            self._log(provider_inputs.CREDENTIALS_ARE_NOT_USED, "")
        return pb.ConfigureResponse()

    @_reporting_errors
    def Check(self, request: pb.CheckRequest, context: grpc.ServicerContext) -> pb.CheckResponse:
        operations, news = self._operations_of(request.urn), Received(request.news)
        checked = operations.check(Received(request.olds).properties, news.properties)
        problems = [*checked.problems]
        if CREDENTIALS in request.news:
            problems.append(Problem("", provider_inputs.NO_CREDENTIALS))
        # In a URN, the types of all parents come before the type of the resource: `PARENT$TYPE`.
        types = request.urn.split("::")[2].split("$")
        is_share = types[-1] == ResourceType.SHARE.native
        is_in_component = types[-2:-1] == [AGENCY_ACCESS]
        if is_share and not is_in_component and checked.inputs.get("expires_on") is not None:
            problems.append(Problem("expires_on", NO_LAST_DAY))
        failures = _failures(problems)
        for each in failures:
            each.reason = without_secrets(each.reason, news)
        # A wrong input, such as an asset, may have no form on the wire.
        inputs = request.news if failures else to_wire(checked.inputs, news)
        return pb.CheckResponse(inputs=inputs, failures=failures)

    @_reporting_errors
    def Diff(self, request: pb.DiffRequest, context: grpc.ServicerContext) -> pb.DiffResponse:
        operations = self._operations_of(request.urn)
        recorded = Received(request.olds).properties
        if _DYNAMIC_PROVIDER in request.olds:
            self._runtime.report([_MOVED])
        found = operations.diff(recorded, Received(request.news).properties)
        if found.needs_update:
            changes = pb.DiffResponse.DIFF_SOME
        elif found.changed:
            # An input differs from the recorded output of the same name, but the access does not,
            # for example after an import. With this answer, the engine compares the inputs itself.
            changes = pb.DiffResponse.DIFF_UNKNOWN
        else:
            changes = pb.DiffResponse.DIFF_NONE
        replaces, diffs = map(native_name, found.replaces), map(native_name, found.changed)
        return pb.DiffResponse(changes=changes, replaces=replaces, diffs=diffs)

    @_reporting_errors
    def Create(self, request: pb.CreateRequest, context: grpc.ServicerContext) -> pb.CreateResponse:
        operations, given = self._operations_of(request.urn), Received(request.properties)
        create = operations.planned if request.preview else operations.create
        created = create(given.properties)
        return pb.CreateResponse(id=created.id, properties=to_wire(created.outputs, given))

    @_reporting_errors
    def Read(self, request: pb.ReadRequest, context: grpc.ServicerContext) -> pb.ReadResponse:
        """Read a resource for a refresh, an import or a `get`.

        A response without an id means that the resource does not exist.
        """
        record, given = Received(request.properties), Received(request.inputs)
        recorded = record.properties
        # A share that the program only reads, with `get`, has outputs in the state, but no inputs.
        has_outputs_of_share = "granted_tasks" in recorded
        has_inputs_of_share = "permitted_tasks" in given.properties
        only_read = has_outputs_of_share and not has_inputs_of_share
        operations = self._operations_of(request.urn)
        found = operations.read(request.id, recorded, is_managed=not only_read)
        if found.deleted:
            return pb.ReadResponse()
        inputs = given.properties if only_read else (found.inputs or {})
        outputs = to_wire(found.outputs, record)
        return pb.ReadResponse(id=found.id, properties=outputs, inputs=to_wire(inputs, given))

    @_reporting_errors
    def Update(self, request: pb.UpdateRequest, context: grpc.ServicerContext) -> pb.UpdateResponse:
        operations, given = self._operations_of(request.urn), Received(request.news)
        if request.preview:
            updated = operations.planned(given.properties)
        else:
            updated = operations.update(Received(request.olds).properties, given.properties)
        return pb.UpdateResponse(properties=to_wire(updated.outputs, given))

    @_reporting_errors
    def Delete(self, request: pb.DeleteRequest, context: grpc.ServicerContext) -> Empty:
        recorded = Received(request.properties).properties
        operations = self._operations_of(request.urn)
        operations.start_to_delete(recorded)
        operations.delete(request.id, recorded)
        return Empty()

    @_reporting_errors
    def Construct(
        self, request: pb.ConstructRequest, context: grpc.ServicerContext
    ) -> pb.ConstructResponse:
        with self._lock:  # The engine constructs several components at the same time.
            components = self._components
        return components.constructed(request, context)

    @functools.cached_property
    def _components(self) -> Components:
        # This import takes 0.1 s, and most programs use no components.
        from metapixel_plugin.components import Components

        return Components(self._address)

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """Refuse writes that are not sent yet. The engine also calls this at the end of a run."""
        if hasattr(self, "_runtime"):
            self._runtime.cancel()
        return Empty()

    def _operations_of(self, urn: str) -> Operations:
        token = type_of(urn)
        type_ = ResourceType.of(token)
        if token in COMPONENTS:
            raise RefusedError(
                f"{token} is a component and has no id; import its resources instead"
            )
        if type_ is None:
            raise RefusedError(f"this version of the plugin has no resource type {token}")
        return Operations(type_, self._runtime, urn)

    def _log(self, text: str, urn: str) -> None:
        message = for_native_programs(text)
        entry = engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=message, urn=urn)
        # An engine that has ended shows nothing, but the operation still has to finish.
        with contextlib.suppress(grpc.RpcError):
            self._engine.Log(entry)


def _failures(problems: Iterable[Problem]) -> list[pb.CheckFailure]:
    found = []
    for each in problems:
        reason = for_native_programs(each.reason)
        found.append(pb.CheckFailure(property=native_name(each.property), reason=reason))
    return found
