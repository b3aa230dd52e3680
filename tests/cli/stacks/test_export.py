"""Reading an exported state."""

from __future__ import annotations

import json

import pytest

from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.export import StackState, read_export
from metapixel_provider.sharing.resource_types import ResourceType

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


def exported(*resources: object) -> bytes:
    return json.dumps({"version": 3, "deployment": {"resources": [*resources]}}).encode()


def read(data: bytes) -> StackState:
    return read_export(data, "prod")


def test_a_resource_has_inputs_and_outputs_without_those_of_the_engine_and_secrets() -> None:
    secrets = {"reason": SECRET, "permitted_tasks": ["UPLOAD", SECRET]}
    inputs = {"__provider": "gASV", "pixel_id": "11", **secrets}

    (found,) = read(exported(resource(inputs=inputs))).resources

    assert found.inputs == {"pixel_id": "11", "reason": None, "permitted_tasks": None}
    assert found.outputs == {"pixel_id": "11", "status": "ACTIVE"}


OTHER = resource(type="aws:s3/bucket:Bucket", urn="urn:pulumi:prod::shop::aws:s3/b:B::logs")


@pytest.mark.parametrize(
    "left_out",
    [
        OTHER,
        resource(external=True),
        # The next update deletes a resource that was replaced.
        resource(id="11/33", delete=True),
    ],
)
def test_a_resource_that_the_stack_does_not_manage_as_ours_is_left_out(
    left_out: dict[str, object],
) -> None:
    state = read(exported(left_out, resource()))

    assert (state.name, [each.key for each in state.resources]) == ("shop/prod", [("11", "22")])


def document(**deployment: object) -> bytes:
    return json.dumps({"version": 4, "deployment": deployment}).encode()


@pytest.mark.parametrize("data", [document(), document(resources=None), document(resources=[])])
def test_an_empty_stack_has_only_a_name(data: bytes) -> None:
    assert read(data) == StackState("prod")


NOT_EXPORTED = "not an exported stack; pass the output of `pulumi stack export`"
INCOMPLETE = "incomplete resource"
OPERATIONS = "The pending operations of the exported stack are not a list"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", NOT_EXPORTED),
        (b"[]", NOT_EXPORTED),
        (b'{"deployment": []}', NOT_EXPORTED),
        (b"\xff" * 9, NOT_EXPORTED),
        pytest.param(b"[" * 100_000, NOT_EXPORTED, id="nested too deeply"),
        (document(resources="none"), "are not a list"),
        (document(resources=[1]), "are not a list"),
        (exported(resource(id="")), INCOMPLETE),
        (exported(resource(id=None)), INCOMPLETE),
        (exported(resource(urn=7)), INCOMPLETE),
        (exported(resource(inputs=[])), INCOMPLETE),
        (document(pending_operations=["creating"]), OPERATIONS),
        (document(pending_operations=[{"type": "creating"}]), OPERATIONS),
        (b'{"version": 5, "deployment": {}}', "has the version 5, and this program reads versions"),
    ],
)
@pytest.mark.usefixtures("no_collection_of_garbage")
def test_a_damaged_state_is_an_error_and_never_an_empty_stack(data: bytes, message: str) -> None:
    with pytest.raises(StackError, match=message):
        read(data)


@pytest.mark.parametrize(
    ("agency", "keys"), [("22", [("11", "22")]), (SECRET, []), (7, []), ("x", [])]
)
def test_a_killed_creation_has_the_key_of_its_inputs_unless_it_is_incomplete(
    agency: object, keys: list[tuple[str, ...]]
) -> None:
    killed = resource(outputs=None, inputs={"pixel_id": "11", "agency_business_id": agency})
    del killed["id"]

    operation = {"resource": killed, "type": "creating"}
    # The engine records a creation again if the next run is killed too.
    state = read(document(pending_operations=[operation, operation]))

    assert (state.name, state.resources, state.pending) == ("shop/prod", (), ("one (creating)",))
    assert [each.key for each in state.half_created] == keys
    assert state.reason == ("" if keys else "one: its id in the state is incomplete")


@pytest.mark.parametrize(
    ("kind", "type_"), [("updating", SHARE), ("creating", "aws:s3/bucket:Bucket")]
)
def test_an_operation_that_creates_nothing_of_ours_is_only_named(kind: str, type_: str) -> None:
    operation = {"resource": resource(type=type_), "type": kind}
    state = read(document(pending_operations=[operation]))

    assert (state.pending, state.half_created) == ((f"one ({kind})",), ())


PERMISSION, RESPONSE = ResourceType.PERMISSION.dynamic, ResourceType.RESPONSE.dynamic


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({"inputs": {"credentials": "a", "__provider": "x"}}, ""),
        ({"outputs": {"status": "DECLINED"}}, ""),
        ({"inputs": {"scope": "all"}}, "this version does not know the input 'scope'"),
        ({"inputs": {"scope": SECRET}}, "this version does not know the input 'scope'"),
        ({"inputs": {"__provider": SECRET}}, ""),
        ({"outputs": {"status": "NEW"}}, "this version does not know the status 'NEW'"),
        ({"outputs": {"status": ["NEW"]}}, "this version does not know the status '['NEW']'"),
        ({"type": PERMISSION, "id": "1/2/3", "inputs": {}}, ""),
        # The status of a request is Meta's word.
        ({"type": RESPONSE, "id": "9", "inputs": {}, "outputs": {"status": "NEW"}}, ""),
        *(
            ({"id": id_}, "its id in the state is incomplete")
            for id_ in ("1", "1/2/3", "1/x", "/2", "1/²", "1/٢")
        ),
    ],
)
def test_an_unknown_input_status_or_id_is_a_gap_with_its_place(
    changes: dict[str, object], gap: str
) -> None:
    found = read(exported(resource(**changes)))

    assert found.reason == (f"one: {gap}" if gap else "")
    assert all(each.has_ids for each in found.resources)
