"""Stacks as an access report reads them: what cannot be read is part of the result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from metapixel_cli.access.reading import read_stack, read_state
from metapixel_cli.stacks.engine import SIGNATURE
from metapixel_provider.sharing.resource_types import ResourceType

URN = "urn:pulumi:prod::shop::{}::one"
SECRET = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "x"}


def exported(folder: Path, *resources: tuple[ResourceType, str]) -> Path:
    path = folder / "state.json"
    entries = [
        {"urn": URN.format(token), "type": token, "id": id_, "inputs": {}, "outputs": {}}
        for token, id_ in ((type_.dynamic, id_) for type_, id_ in resources)
    ]
    path.write_text(json.dumps({"version": 3, "deployment": {"resources": entries}}))
    return path


def test_an_exported_state_has_the_name_of_its_stack(tmp_path: Path) -> None:
    kinds = [
        (ResourceType.SHARE, "1/2"),
        (ResourceType.PERMISSION, "1/2/3"),
        (ResourceType.RESPONSE, "9"),
    ]

    found = read_state(exported(tmp_path, *kinds))

    assert (found.name, found.reason) == ("shop/prod", "")
    assert [each.key for each in found.resources] == [("1", "2"), ("1", "2", "3"), ("9",)]


@pytest.mark.parametrize("id_", ["1", "1/2/3", "1/x", "/2", "1/²", "1/٢"])
def test_a_resource_without_its_ids_makes_the_stack_incomplete(tmp_path: Path, id_: str) -> None:
    state = exported(tmp_path, (ResourceType.SHARE, "1/2"), (ResourceType.SHARE, id_))

    found = read_state(state)

    assert found.reason == "one: its id in the state is incomplete"
    assert [each.key for each in found.resources] == [("1", "2")]


@pytest.mark.parametrize(
    ("inputs", "outputs", "reason"),
    [
        ({"credentials": "a", "__provider": "x"}, {"status": "DECLINED"}, ""),
        ({"scope": "all"}, {}, "this version does not know the input 'scope'"),
        ({"scope": SECRET}, {}, "this version does not know the input 'scope'"),
        ({"__provider": SECRET}, {}, ""),
        ({}, {"status": "FROZEN"}, "this version does not know the status 'FROZEN'"),
        ({}, {"status": ["ACTIVE"]}, "this version does not know the status '['ACTIVE']'"),
    ],
)
def test_an_unknown_input_or_status_is_a_gap_with_its_place(
    tmp_path: Path, inputs: dict[str, object], outputs: dict[str, object], reason: str
) -> None:
    state = exported(tmp_path, (ResourceType.SHARE, "1/2"))
    document = json.loads(state.read_text())
    document["deployment"]["resources"][0] |= {"inputs": inputs, "outputs": outputs}
    state.write_text(json.dumps(document))

    found = read_state(state)

    assert found.reason == (f"one: {reason}" if reason else "")
    assert len(found.resources) == 1


def test_a_status_of_a_request_that_only_meta_knows_is_no_gap(tmp_path: Path) -> None:
    state = exported(tmp_path, (ResourceType.RESPONSE, "9"))
    state.write_text(state.read_text().replace('"outputs": {}', '"outputs": {"status": "NEW"}'))

    assert read_state(state).reason == ""


@pytest.mark.parametrize(("agency", "is_complete"), [("2", True), (7, False)])
def test_a_killed_creation_without_its_ids_makes_the_stack_incomplete(
    tmp_path: Path, agency: object, is_complete: bool
) -> None:
    inputs = {"pixel_id": "1", "agency_business_id": agency}
    token = ResourceType.SHARE.dynamic
    created = {"urn": URN.format(token), "type": token, "inputs": inputs}
    path = tmp_path / "state.json"
    operations = [{"type": "creating", "resource": created}]
    path.write_text(json.dumps({"version": 3, "deployment": {"pending_operations": operations}}))

    found = read_state(path)

    assert (found.name, not found.reason) == ("shop/prod", is_complete)
    assert [each.key for each in found.killed] == [("1", "2")] * is_complete


def test_a_file_that_is_no_state_is_a_stack_that_was_not_read(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text("{}")

    found = read_state(path)

    assert (found.name, found.resources) == ("state.json", ())
    assert "not an exported stack" in found.reason


def test_a_stack_is_not_read_without_pulumi(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    found = read_stack("prod", tmp_path)

    assert found.name == "prod"
    assert "Pulumi is not on PATH" in found.reason
