"""The entries of imported resources in a state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from metapixel_cli.importing.entries import declared, new_entries
from metapixel_cli.stacks.engine import SIGNATURE
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.plan import PlannedResource
from metapixel_provider.sharing.contract import Outcome
from metapixel_provider.sharing.resource_types import ResourceType
from tests.cli.importing.estates import selected

STACK = "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod"
PROVIDER = "urn:pulumi:prod::shop::pulumi:providers:pulumi-python::default"
COMPONENT = "urn:pulumi:prod::shop::metapixel:index:AgencyAccess::north"
BUCKET = "urn:pulumi:prod::shop::aws:s3/bucket:Bucket::logs"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def urn(type_: ResourceType, name: str) -> str:
    return f"urn:pulumi:prod::shop::{type_.dynamic}::{name}"


SHARE = urn(ResourceType.SHARE, "one")
PERMISSION = urn(ResourceType.PERMISSION, "account")


def planned(
    urn_: str,
    *,
    steps: tuple[str, ...] = ("create",),
    custom: bool = False,
    inputs: Mapping[str, object] | None = None,
    registered: Mapping[str, object] | None = None,
    parent: str = "",
    provider: str = "",
    dependencies: tuple[str, ...] = (),
    property_dependencies: Mapping[str, object] | None = None,
) -> PlannedResource:
    return PlannedResource(
        urn_,
        urn_.split("::")[2].rpartition("$")[2],
        custom,
        steps,
        declared=inputs or {},
        inputs=inputs or {},
        registered=registered or {},
        parent=parent,
        provider=provider,
        dependencies=dependencies,
        property_dependencies=property_dependencies or {},
    )


def share(**changes: object) -> PlannedResource:
    given: dict[str, object] = {
        "custom": True,
        "inputs": {"__provider": "gASV", "pixel_id": "11"},
        "parent": COMPONENT,
        "provider": f"{PROVIDER}::{UNKNOWN}",
    }
    return planned(SHARE, **{**given, **changes})  # type: ignore[arg-type]


def plan(*resources: PlannedResource) -> dict[str, PlannedResource]:
    return {each.urn: each for each in resources}


NEW = (
    planned(STACK),
    planned(PROVIDER, custom=True, inputs={"metapixel:graphUrl": "http://localhost"}),
    planned(COMPONENT, parent=STACK),
)
ACCESS = {SHARE: Outcome("11/21", {"status": "ACTIVE"})}


def test_an_entry_has_the_record_of_the_access_and_the_id_of_its_new_provider() -> None:
    made = new_entries(plan(*NEW, share()), (), ACCESS)

    entry = made[SHARE]
    assert (entry["id"], entry["custom"], entry["parent"]) == ("11/21", True, COMPONENT)
    assert entry["inputs"] == {"__provider": "gASV", "pixel_id": "11"}
    assert entry["outputs"] == {"__provider": "gASV", "status": "ACTIVE"}
    assert entry["protect"] is True
    provider = made[PROVIDER]
    assert entry["provider"] == f"{PROVIDER}::{provider['id']}"
    assert provider["id"] != UNKNOWN
    assert provider["outputs"] == {"metapixel:graphUrl": "http://localhost"}
    assert "protect" not in provider


def test_an_entry_of_the_native_plugin_has_its_names_of_outputs() -> None:
    native = replace(share(), type=ResourceType.SHARE.native)
    found = {SHARE: Outcome("11/21", {"granted_tasks": []})}

    made = new_entries(plan(*NEW, native), (), found)

    assert made[SHARE]["outputs"] == {"__provider": "gASV", "grantedTasks": []}


@pytest.mark.parametrize(
    "dependent", [{"dependencies": (SHARE,)}, {"property_dependencies": {"pixel_id": [SHARE]}}]
)
def test_each_entry_is_made_once_and_follows_those_that_it_depends_on(
    dependent: dict[str, Any],
) -> None:
    permission = planned(
        PERMISSION,
        custom=True,
        inputs={"__provider": "gASV"},
        provider=f"{PROVIDER}::{UNKNOWN}",
        **dependent,
    )
    access = {PERMISSION: Outcome("11/21/31", {}), **ACCESS}

    made = new_entries(plan(permission, share(), *reversed(NEW)), (), access)

    order = list(made)
    assert sorted(order) == sorted([STACK, PROVIDER, COMPONENT, SHARE, PERMISSION])
    for before, after in ((STACK, COMPONENT), (COMPONENT, SHARE), (PROVIDER, SHARE)):
        assert order.index(before) < order.index(after)
    assert order.index(SHARE) < order.index(PERMISSION)
    provider = f"{PROVIDER}::{made[PROVIDER]['id']}"
    assert [made[each]["provider"] for each in (SHARE, PERMISSION)] == [provider] * 2


# The state has a component that is not new under another URN.
@pytest.mark.parametrize("other", [planned(BUCKET, custom=True), planned(BUCKET, steps=("same",))])
def test_access_that_needs_a_resource_without_a_record_is_blocked(other: PlannedResource) -> None:
    permission = planned(PERMISSION, custom=True, inputs={"__provider": ""}, dependencies=(SHARE,))
    access = {PERMISSION: Outcome("11/21/31", {}), **ACCESS}

    made = new_entries(plan(*NEW, other, share(dependencies=(BUCKET,)), permission), (), access)

    assert made.keys().isdisjoint(access)


def test_only_new_access_with_a_secret_task_is_refused() -> None:
    inputs = {"pixel_id": "11", "agency_business_id": "21", "permitted_tasks": {SIGNATURE: ""}}
    new, nothing = share(inputs=inputs), selected()

    assert not declared(plan(replace(new, steps=("same",))), nothing).access
    with pytest.raises(StackError, match="cannot compare `permitted_tasks` of 'one' with Meta"):
        declared(plan(new), nothing)


def test_a_value_that_is_not_known_before_the_update_is_never_written() -> None:
    stack = planned(STACK, registered={"status": [UNKNOWN], "count": 1})
    component = planned(COMPONENT, inputs={"about": {"agency": UNKNOWN}}, parent=STACK)
    other = urn(ResourceType.SHARE, "two")
    second = planned(other, custom=True, inputs={"__provider": "gASV"}, parent=STACK)
    access = {**ACCESS, other: Outcome("12/21", {})}

    made = new_entries(plan(stack, component, NEW[1], share(), second), (), access)

    assert (SHARE in made, other in made) == (False, True)
    assert made[STACK]["outputs"] == {"count": 1}
