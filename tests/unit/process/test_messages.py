"""Problems of inputs, as each adapter finds and shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2 as pb

from metapixel_plugin.service import MetaPixel
from metapixel_provider.dynamic.adapter import FailureError
from metapixel_provider.dynamic.pixel_agency_share import PixelAgencyShareProvider
from metapixel_provider.dynamic.pixel_sharing_request_response import (
    PixelSharingRequestResponseProvider,
)
from metapixel_provider.process.operations import Operations
from metapixel_provider.process.runtime import Runtime
from metapixel_provider.sharing.engine_names import in_native
from metapixel_provider.sharing.resource_types import AGENCY_ACCESS, ResourceType
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL
from tests.unit.connection.support import configuration
from tests.unit.sharing.support import response, share, standing

URN = f"urn:pulumi:prod::shop::{ResourceType.SHARE.native}::web"
#: A function that calls an adapter with inputs, and returns the text that the adapter shows.
Shown = Callable[[dict[str, object]], str]


class Context:
    """The context of a call, which ends with the message of an error."""

    def abort(self, _code: object, message: str) -> NoReturn:
        raise FailureError(message)


def runtime(sim: Simulator) -> Runtime:
    values = {"graphUrl": sim.url, "accessToken": "owner-token"}
    return Runtime(configuration(values), lambda *_: None)


@pytest.fixture
def dynamic(sim: Simulator) -> Shown:
    provider = PixelAgencyShareProvider()
    provider._operations = Operations(ResourceType.SHARE, runtime(sim))

    def shown(inputs: dict[str, object]) -> str:
        failures = provider.check({}, inputs).failures
        if failures:
            return f"{failures[0].property}: {failures[0].reason}"
        with pytest.raises(FailureError) as error:
            provider.create(inputs)
        return str(error.value)

    return shown


@pytest.fixture
def native(sim: Simulator) -> Shown:
    provider = MetaPixel("127.0.0.1:1")
    provider._runtime = runtime(sim)

    def shown(inputs: dict[str, object]) -> str:
        given = json_format.ParseDict(in_native(inputs), struct_pb2.Struct())
        context = Context()
        failures = provider.Check(pb.CheckRequest(urn=URN, news=given), context).failures
        if failures:
            return f"{failures[0].property}: {failures[0].reason}"
        with pytest.raises(FailureError) as error:
            provider.Create(pb.CreateRequest(urn=URN, properties=given), context)
        return str(error.value)

    return shown


def test_a_problem_names_the_input_as_the_program_does(dynamic: Shown, native: Shown) -> None:
    wrong = share(NORTHLIGHT) | {"on_existing": "ask"}

    reason = "'ask' is not one of adopt, overwrite, fail"
    assert dynamic(wrong) == f"on_existing: {reason}"
    assert native(wrong) == f"onExisting: {reason}"


def test_an_error_names_the_input_as_the_program_does(
    sim: Simulator, dynamic: Shown, native: Shown
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["UPLOAD"])
    other = share(NORTHLIGHT, "ANALYZE")

    assert "or set `on_existing='overwrite'` to change them" in dynamic(other)
    assert "or set `onExisting: overwrite` to change them" in native(other)


@pytest.mark.parametrize(
    ("type_", "error"),
    [
        (AGENCY_ACCESS, f"{AGENCY_ACCESS} is a component and has no id; import its resources"),
        (f"{AGENCY_ACCESS}s", "this version of the plugin has no resource type"),
    ],
)
def test_an_import_of_a_type_without_ids_says_why(type_: str, error: str) -> None:
    request = pb.ReadRequest(id="1/2", urn=f"urn:pulumi:prod::shop::{type_}::web")

    with pytest.raises(FailureError, match=error):
        MetaPixel("127.0.0.1:1").Read(request, Context())


def test_only_a_decline_that_the_state_lacks_contradicts_a_standing_response(
    sim: Simulator,
) -> None:
    run = runtime(sim)
    run.claims.declare("PixelSharingStandingResponse", f"{OWNER}/{HARBOUR}", standing())
    answers = PixelSharingRequestResponseProvider()
    answers._operations = Operations(ResourceType.RESPONSE, run)
    plugin = MetaPixel("127.0.0.1:1")
    plugin._runtime = run
    declined = response("77", "DECLINE")
    news = json_format.ParseDict(in_native(declined), struct_pb2.Struct())
    urn = URN.replace(ResourceType.SHARE.native, ResourceType.RESPONSE.native)

    def native(olds: struct_pb2.Struct) -> int:
        request = pb.CheckRequest(urn=urn, olds=olds, news=news)
        context = Context()
        return len(plugin.Check(request, context).failures)

    assert len(answers.check({}, declined).failures) == native(struct_pb2.Struct()) == 1
    assert len(answers.check(declined, declined).failures) == native(news) == 0
    assert run.claims.of("PixelSharingRequestResponse", "77").is_recorded
