"""Calls of the engine, answered without an engine."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import grpc
import pytest
from google.protobuf import json_format, struct_pb2
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2 as pb

from metapixel_plugin import components
from metapixel_plugin.properties import Received
from metapixel_plugin.service import MetaPixel
from metapixel_provider.process.runtime import Runtime
from metapixel_provider.sharing.engine_names import in_native
from metapixel_provider.sharing.resource_types import AGENCY_ACCESS, ResourceType
from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.unit.connection.support import configuration
from tests.unit.sharing.support import share, standing

NO_CONTEXT = cast("grpc.ServicerContext", None)
SHARE = "urn:pulumi:test::project::metapixel:index:PixelAgencyShare::web"


def configured(**values: str) -> MetaPixel:
    plugin = MetaPixel("127.0.0.1:1")
    plugin._runtime = Runtime(configuration(values), lambda *_: None)
    return plugin


def wire(properties: Mapping[str, object]) -> struct_pb2.Struct:
    return json_format.ParseDict({**properties}, struct_pb2.Struct())


def test_the_first_components_are_constructed_at_the_same_time_in_one_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places: list[str] = []

    class Slow:
        def __init__(self, engine: str) -> None:
            time.sleep(0.05)
            places.append(engine)

        def constructed(
            self, request: pb.ConstructRequest, context: grpc.ServicerContext
        ) -> pb.ConstructResponse:
            return pb.ConstructResponse(urn=request.name)

    monkeypatch.setattr(components, "Components", Slow)
    plugin = MetaPixel("127.0.0.1:1")

    with ThreadPoolExecutor() as pool:
        requests = [pb.ConstructRequest(name=each) for each in "ab"]
        made = list(pool.map(lambda each: plugin.Construct(each, NO_CONTEXT).urn, requests))

    assert made == ["a", "b"]
    assert places == ["127.0.0.1:1"]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("pixelId", rpc.wrap_rpc_secret("EAABtoken")),
        ("pixelId", rpc.wrap_rpc_secret("EAABtoken" * 30)),
        ("permittedTasks", rpc.wrap_rpc_secret(["EAABtoken"])),
        ("permittedTasks", [rpc.wrap_rpc_secret("EAABtoken")]),
    ],
)
def test_a_secret_that_is_a_wrong_input_is_not_printed(name: str, given: object) -> None:
    news = wire({**in_native(share()), name: given})

    (failure,) = configured().Check(pb.CheckRequest(urn=SHARE, news=news), NO_CONTEXT).failures

    assert "[secret] is not" in failure.reason
    assert "EAAB" not in failure.reason


@pytest.mark.parametrize(
    "value",
    [
        {rpc._special_sig_key: rpc._special_asset_sig, "text": "x"},
        {rpc._special_sig_key: rpc._special_archive_sig, "assets": {}},
        {"inner": rpc.UNKNOWN},
        [{"inner": rpc.UNKNOWN}],
    ],
    ids=["asset", "archive", "unknown in an object", "unknown in an object in a list"],
)
def test_a_value_of_another_kind_is_a_problem_of_its_input(value: object) -> None:
    news = wire({**in_native(share()), "reason": value})

    (failure,) = configured().Check(pb.CheckRequest(urn=SHARE, news=news), NO_CONTEXT).failures

    assert failure.property == "reason"
    assert re.fullmatch("a value of type [A-Za-z]+ is not text", failure.reason)


def test_a_cancellation_before_the_configuration_is_answered() -> None:
    assert MetaPixel("127.0.0.1:1").Cancel(Empty(), NO_CONTEXT) == Empty()


@pytest.mark.parametrize("only_read", [True, False])
def test_a_share_that_the_program_only_reads_is_no_record_that_a_run_can_end(
    sim: Simulator, only_read: bool
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    plugin, id_ = configured(graphUrl=sim.url, accessToken="owner-token"), f"{PIXEL}/{NORTHLIGHT}"
    got = plugin.Read(pb.ReadRequest(urn=SHARE, id=id_), NO_CONTEXT)

    inputs = struct_pb2.Struct() if only_read else got.inputs
    again = pb.ReadRequest(urn=SHARE, id=id_, properties=got.properties, inputs=inputs)
    found = plugin.Read(again, NO_CONTEXT)

    assert found.inputs == inputs
    assert plugin._runtime.claims.of(ResourceType.SHARE, id_).was_refreshed is not only_read


def test_a_preview_calls_nothing(sim: Simulator) -> None:
    plugin = configured(graphUrl=sim.url, accessToken="owner-token")
    news, olds = wire(in_native(share())), wire(in_native(share() | {"status": "UNCONFIRMED"}))

    plugin.Create(pb.CreateRequest(urn=SHARE, properties=news, preview=True), NO_CONTEXT)
    plugin.Update(pb.UpdateRequest(urn=SHARE, olds=olds, news=news, preview=True), NO_CONTEXT)

    assert sim.requests == []


def test_a_secret_stays_secret_in_each_answer(sim: Simulator) -> None:
    plugin = configured(graphUrl=sim.url, accessToken="owner-token")
    plain = in_native(share(reason="Contract"))
    secret = wire({**plain, "reason": rpc.wrap_rpc_secret("Contract")})

    inputs = plugin.Check(pb.CheckRequest(urn=SHARE, news=secret), NO_CONTEXT).inputs
    made = plugin.Create(pb.CreateRequest(urn=SHARE, properties=inputs), NO_CONTEXT)
    olds = plugin.Create(pb.CreateRequest(urn=SHARE, properties=wire(plain)), NO_CONTEXT).properties
    update = pb.UpdateRequest(urn=SHARE, id=made.id, olds=olds, news=inputs)
    updated = plugin.Update(update, NO_CONTEXT)
    of_inputs = pb.ReadRequest(urn=SHARE, id=made.id, properties=olds, inputs=inputs)
    of_record = pb.ReadRequest(
        urn=SHARE, id=made.id, properties=made.properties, inputs=wire(plain)
    )

    for answer in (
        inputs,
        made.properties,
        updated.properties,
        plugin.Read(of_inputs, NO_CONTEXT).inputs,
        plugin.Read(of_record, NO_CONTEXT).properties,
    ):
        assert Received(answer).secrets == {"reason": "Contract"}


def test_a_second_configuration_of_the_process_is_refused() -> None:
    class Context:
        def abort(self, code: grpc.StatusCode, details: str) -> None:
            raise RuntimeError(details)

    request = pb.ConfigureRequest(urn="urn:pulumi:a::b::pulumi:providers:metapixel::other")

    with pytest.raises(RuntimeError, match="this process of the plugin already serves a provider"):
        configured().Configure(request, cast("grpc.ServicerContext", Context()))


@pytest.mark.parametrize(
    ("types", "is_refused"),
    [
        (ResourceType.SHARE.native, True),
        (f"{AGENCY_ACCESS}$shop:index:Team${ResourceType.SHARE.native}", True),
        (f"{AGENCY_ACCESS}${ResourceType.SHARE.native}", False),
        (ResourceType.STANDING_RESPONSE.native, False),
    ],
)
def test_only_a_component_passes_the_last_day_of_a_share(types: str, is_refused: bool) -> None:
    declare = share if types.endswith(ResourceType.SHARE) else standing
    urn = f"urn:pulumi:test::project::{types}::web"
    news = wire(in_native(declare(expires_on="2026-11-30")))

    failures = configured().Check(pb.CheckRequest(urn=urn, news=news), NO_CONTEXT).failures

    assert [each.property for each in failures] == (["expiresOn"] if is_refused else [])
    assert all("declare the share in AgencyAccess" in each.reason for each in failures)


def test_a_difference_names_the_inputs_that_the_option_replace_on_changes_can_list() -> None:
    granted = {"status": "ACTIVE", "granted_tasks": ["ANALYZE", "UPLOAD"]}
    recorded = {**share(reason="before"), **granted}
    olds, news = (wire(in_native(each)) for each in (recorded, share(reason="now")))

    found = configured().Diff(pb.DiffRequest(urn=SHARE, olds=olds, news=news), NO_CONTEXT)

    assert list(found.diffs) == ["reason"]
    assert found.changes == pb.DiffResponse.DIFF_UNKNOWN
    assert not found.replaces
