"""Stacks as an access report reads them: what cannot be read is part of the result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from metapixel_cli.access.reading import read_state
from metapixel_provider.sharing.resource_types import ResourceType

SHARE = ResourceType.SHARE.dynamic
URN = f"urn:pulumi:prod::shop::{SHARE}::one"


def exported(folder: Path, **deployment: object) -> Path:
    path = folder / "state.json"
    path.write_text(json.dumps({"version": 3, "deployment": deployment}))
    return path


def test_a_resource_without_its_ids_makes_the_stack_incomplete(tmp_path: Path) -> None:
    shares = [{"urn": URN, "type": SHARE, "id": id_} for id_ in ("1/2", "1/x")]

    found = read_state(exported(tmp_path, resources=shares))

    assert (found.name, found.reason) == ("shop/prod", "one: its id in the state is incomplete")
    assert [each.key for each in found.resources] == [("1", "2")]


@pytest.mark.parametrize(("agency", "keys"), [("2", [("1", "2")]), (7, [])])
def test_a_killed_creation_without_its_ids_makes_the_stack_incomplete(
    tmp_path: Path, agency: object, keys: list[tuple[str, ...]]
) -> None:
    inputs = {"pixel_id": "1", "agency_business_id": agency}
    created = {"urn": URN, "type": SHARE, "inputs": inputs}
    operations = [{"type": "creating", "resource": created}]

    found = read_state(exported(tmp_path, pending_operations=operations))

    assert (found.name, bool(found.reason)) == ("shop/prod", not keys)
    assert [each.key for each in found.killed] == keys


def test_a_file_that_is_no_state_is_a_stack_that_was_not_read(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text("{}")

    found = read_state(path)

    assert (found.name, found.resources) == ("state.json", ())
    assert "not an exported stack" in found.reason
