"""The names of properties in the engine, in both directions."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import Fault, GraphError
from metapixel_provider.sharing.engine_names import (
    domain_name,
    for_native_programs,
    in_domain,
    in_native,
    is_default,
    native_name,
)
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.resource_types import INTERNAL, ResourceType
from metapixel_provider.sharing.share.records import ShareState
from metapixel_provider.sharing.tasks import Task


@pytest.mark.parametrize("type_", ResourceType)
def test_every_name_in_the_state_is_converted_in_both_directions(type_: ResourceType) -> None:
    for name in type_.names:
        assert "_" not in native_name(name)
        assert domain_name(native_name(name)) == name


@pytest.mark.parametrize(
    ("native", "domain"),
    [
        ("pixelId", "pixel_id"),
        ("status", "status"),
        ("permittedTasks[0]", "permitted_tasks[0]"),
        ("permittedTasks[0].agencyName", "permitted_tasks[0].agencyName"),
        ("inputOfANewerVersion", "inputOfANewerVersion"),
        ('["not.ours"]', '["not.ours"]'),
        ("__provider", "__provider"),
        ("", ""),
    ],
)
def test_a_path_is_converted_at_its_beginning(native: str, domain: str) -> None:
    assert (domain_name(native), native_name(domain)) == (domain, native)


def test_only_the_engines_own_names_are_those_of_a_default_provider() -> None:
    for name in ("default", "default_0_1_0", "default-agency", "agency"):
        is_engines = name in ("default", "default_0_1_0")
        assert is_default(f"urn:pulumi:s::p::t::{name}") is is_engines


def test_secrets_and_unknown_values_are_not_changed() -> None:
    values = {"pixelId": UNKNOWN, "reason": {"4dabf18193072939515e22adb298388d": "1b47"}}

    assert in_domain(values) == {"pixel_id": UNKNOWN, "reason": values["reason"]}
    assert in_native(in_domain(values)) == values


def test_the_description_of_a_share_has_every_name_that_its_state_can_have() -> None:
    share = ShareState.of(
        {"pixel_id": "1", "agency_business_id": "2"}
        | {
            "status": "UNCONFIRMED",
            "tasks_being_revoked": ["EDIT"],
            "requires_admin_approval": True,
        }
        | {"tasks_added_by_meta": [Task.ANALYZE], "permitted_tasks": ["UPLOAD"]}
        | {"write_unanswered": True},
    )

    assert {*share.properties()} <= {*ResourceType.SHARE.names}
    assert {*INTERNAL} <= {*share.properties()}


def test_text_from_meta_cannot_look_like_an_input() -> None:
    error = str(GraphError(Fault("set `on_existing='fail'`"), "share"))

    assert "set 'on_existing='fail''" in for_native_programs(error)
