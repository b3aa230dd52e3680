"""Problems of inputs, as each adapter finds and shows them."""

from __future__ import annotations

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
from tests.unit.sharing.support import response, share, standing

URN = f"urn:pulumi:prod::shop::{ResourceType.SHARE.native}::web"


class Context:
    """The context of a call, which ends with the message of an error."""

    def abort(self, _code: object, message: str) -> NoReturn:
        raise FailureError(message)


@pytest.fixture
def dynamic(runtime: Runtime) -> PixelAgencyShareProvider:
    provider = PixelAgencyShareProvider()
    provider._operations = Operations(ResourceType.SHARE, runtime)
    return provider


@pytest.fixture
def native(runtime: Runtime) -> MetaPixel:
    provider = MetaPixel("127.0.0.1:1")
    provider._runtime = runtime
    return provider


def struct(inputs: dict[str, object]) -> struct_pb2.Struct:
    return json_format.ParseDict(in_native(inputs), struct_pb2.Struct())


def test_a_problem_names_the_input_as_the_program_does(
    dynamic: PixelAgencyShareProvider, native: MetaPixel
) -> None:
    wrong = share(NORTHLIGHT) | {"on_existing": "ask"}

    (in_python,) = dynamic.check({}, wrong).failures
    (in_others,) = native.Check(pb.CheckRequest(urn=URN, news=struct(wrong)), Context()).failures

    assert (in_python.property, in_others.property) == ("on_existing", "onExisting")
    assert in_python.reason == in_others.reason == "'ask' is not one of adopt, overwrite, fail"


def test_an_error_names_the_input_as_the_program_does(
    sim: Simulator, dynamic: PixelAgencyShareProvider, native: MetaPixel
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["UPLOAD"])
    other = share(NORTHLIGHT, "ANALYZE")

    with pytest.raises(FailureError, match="or set `on_existing='overwrite'` to change them"):
        dynamic.create(other)
    with pytest.raises(FailureError, match="or set `onExisting: overwrite` to change them"):
        native.Create(pb.CreateRequest(urn=URN, properties=struct(other)), Context())


@pytest.mark.parametrize(
    ("type_", "error"),
    [
        (AGENCY_ACCESS, f"{AGENCY_ACCESS} is a component and has no id; import its resources"),
        (f"{AGENCY_ACCESS}s", "this version of the plugin has no resource type"),
    ],
)
def test_an_import_of_a_type_without_ids_says_why(
    native: MetaPixel, type_: str, error: str
) -> None:
    request = pb.ReadRequest(id="1/2", urn=f"urn:pulumi:prod::shop::{type_}::web")

    with pytest.raises(FailureError, match=error):
        native.Read(request, Context())


def test_only_a_decline_that_the_state_lacks_contradicts_a_standing_response(
    runtime: Runtime, native: MetaPixel
) -> None:
    runtime.claims.declare("PixelSharingStandingResponse", f"{OWNER}/{HARBOUR}", standing())
    answers = PixelSharingRequestResponseProvider()
    answers._operations = Operations(ResourceType.RESPONSE, runtime)
    declined = response("77", "DECLINE")
    urn = URN.replace(ResourceType.SHARE.native, ResourceType.RESPONSE.native)

    for olds, problems in (({}, 1), (declined, 0)):
        request = pb.CheckRequest(urn=urn, olds=struct(olds), news=struct(declined))
        assert len(answers.check(olds, declined).failures) == problems
        assert len(native.Check(request, Context()).failures) == problems
    assert runtime.claims.of("PixelSharingRequestResponse", "77").is_recorded
