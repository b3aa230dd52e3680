"""Reading an exported state."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.export import StackState, read_export

SHARE = "pulumi-python:dynamic/metapixel:PixelAgencyShare"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "x"}


def resource(**changes: object) -> dict[str, object]:
    """Return a share as the engine writes it."""
    return {
        "urn": f"urn:pulumi:prod::shop::{SHARE}::one",
        "custom": True,
        "id": "11/22",
        "type": SHARE,
        "inputs": {"__provider": "gASV", "pixel_id": "11", "agency_business_id": "22"},
        "outputs": {"__provider": "gASV", "pixel_id": "11", "status": "ACTIVE"},
    } | changes


def exported(*resources: object, time: object = "2026-11-20T15:03:29.73412371+01:00") -> bytes:
    deployment = {"manifest": {"time": time}, "resources": [*resources]}
    return json.dumps({"version": 3, "deployment": deployment}).encode()


def test_a_resource_has_its_inputs_and_outputs_without_those_of_the_engine() -> None:
    (found,) = read_export(exported(resource())).resources

    assert found.inputs == {"pixel_id": "11", "agency_business_id": "22"}
    assert found.outputs == {"pixel_id": "11", "status": "ACTIVE"}


def test_a_secret_value_is_missing() -> None:
    inputs = {"pixel_id": "11", "reason": SECRET, "permitted_tasks": ["UPLOAD", SECRET]}

    (found,) = read_export(exported(resource(inputs=inputs))).resources

    assert found.inputs == {"pixel_id": "11"}
    assert found.secret_inputs == {"reason", "permitted_tasks"}


def test_a_resource_that_is_only_read_is_not_managed() -> None:
    assert read_export(exported(resource(external=True))).resources == ()


def test_a_resource_of_another_package_is_left_out() -> None:
    other = resource(type="aws:s3/bucket:Bucket", urn="urn:pulumi:prod::shop::aws:s3/b:B::logs")

    state = read_export(exported(other))

    assert (state.title, state.resources) == ("shop/prod", ())


def test_a_state_has_the_time_of_its_manifest_in_utc() -> None:
    found = read_export(exported(resource())).made_at

    assert found == datetime(2026, 11, 20, 14, 3, 29, 734123, UTC)


@pytest.mark.parametrize(
    "time", [None, "", "0001-01-01T00:00:00Z", "2026-11-20T14:03:29", "yesterday", 7]
)
def test_a_state_without_a_time_has_no_age(time: object) -> None:
    assert read_export(exported(time=time)) == StackState("", "", None, ())


@pytest.mark.parametrize("resources", [None, []])
def test_an_empty_stack_has_no_resources(resources: object) -> None:
    data = json.dumps({"deployment": {"resources": resources}}).encode()

    assert read_export(data).resources == ()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"deployment": []}', b"\xff" * 9])
def test_another_file_is_an_error(data: bytes) -> None:
    with pytest.raises(
        StackError, match="not an exported stack; pass the output of `pulumi stack export`"
    ):
        read_export(data)


@pytest.mark.usefixtures("no_collection_of_garbage")
def test_a_file_that_is_nested_too_deeply_is_an_error() -> None:
    with pytest.raises(StackError, match="not an exported stack"):
        read_export(b"[" * 100_000)


@pytest.mark.parametrize("broken", [{"id": ""}, {"id": None}, {"urn": 7}, {"inputs": []}])
def test_an_incomplete_resource_is_an_error_and_not_left_out(broken: dict[str, object]) -> None:
    with pytest.raises(StackError, match="incomplete resource"):
        read_export(exported(resource(**broken)))


def pending(*operations: object) -> bytes:
    document = json.loads(exported())
    document["deployment"]["pending_operations"] = [*operations]
    return json.dumps(document).encode()


def test_a_killed_creation_has_the_key_of_its_inputs() -> None:
    killed = resource(outputs=None)
    del killed["id"]

    state = read_export(pending({"resource": killed, "type": "creating"}))

    (found,) = state.pending
    assert (state.title, state.resources) == ("shop/prod", ())
    assert (found.urn, found.kind) == (killed["urn"], "creating")
    assert found.created
    assert (found.created.name, found.created.key) == ("one", ("11", "22"))


def test_a_killed_creation_with_a_secret_id_has_no_key() -> None:
    killed = resource(inputs={"pixel_id": SECRET, "agency_business_id": "22"})

    (found,) = read_export(pending({"resource": killed, "type": "creating"})).pending

    assert found.created
    assert found.created.key == ()


@pytest.mark.parametrize(
    ("kind", "type_"), [("updating", SHARE), ("creating", "aws:s3/bucket:Bucket")]
)
def test_an_operation_that_creates_nothing_of_ours_is_only_recorded(kind: str, type_: str) -> None:
    (found,) = read_export(pending({"resource": resource(type=type_), "type": kind})).pending

    assert (found.kind, found.created) == (kind, None)


@pytest.mark.parametrize("operation", ["creating", {"type": "creating"}])
def test_an_unreadable_pending_operation_is_an_error(operation: object) -> None:
    with pytest.raises(StackError, match="The pending operations of the exported stack are not"):
        read_export(pending(operation))


@pytest.mark.parametrize("resources", ["none", {"one": {}}, [1]])
def test_resources_that_are_no_list_are_an_error(resources: object) -> None:
    with pytest.raises(StackError, match="not a list"):
        read_export(json.dumps({"deployment": {"resources": resources}}).encode())


def test_a_replaced_resource_that_the_next_update_deletes_is_not_declared() -> None:
    old, new = resource(id="11/33", delete=True), resource()

    (found,) = read_export(exported(new, old)).resources

    assert found.key == ("11", "22")


def test_a_state_of_a_version_that_is_not_known_is_refused() -> None:
    newer = json.dumps({"version": 5, "deployment": {"records": []}}).encode()

    with pytest.raises(StackError, match="has the version 5, and this program reads versions up"):
        read_export(newer)
    assert read_export(json.dumps({"version": 4, "deployment": {}}).encode()).resources == ()
