"""Files that this version wrote: later versions must be able to read them.

Each file has the form of version 1. A test of a later version must not need another file.
"""

from __future__ import annotations

from pathlib import Path

from metapixel_cli.stacks.export import read_export
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator.profile import answers
from tests.unit.sharing.support import PERMISSIONS, RESPONSES, SHARES, STANDING_RESPONSES

FOLDER = Path(__file__).parent
_LIFECYCLES = {
    ResourceType.SHARE: SHARES,
    ResourceType.PERMISSION: PERMISSIONS,
    ResourceType.RESPONSE: RESPONSES,
    ResourceType.STANDING_RESPONSE: STANDING_RESPONSES,
}


def test_the_state_of_a_stack_plans_no_change_of_its_own() -> None:
    state = read_export((FOLDER / "stack.json").read_bytes(), "")

    differences = {}
    for each in state.resources:
        lifecycle = _LIFECYCLES[each.type]
        found = lifecycle.difference(dict(each.outputs), lifecycle.check(dict(each.inputs)).inputs)
        differences[each.name] = (each.outputs["status"], bool(found.changed), found.needs_update)

    assert differences == {
        "active": ("ACTIVE", False, False),
        "account": ("ACTIVE", False, False),
        "asked": ("PENDING", False, False),
        "waits": ("WAITING_FOR_SHARE", False, True),
        "answer": ("APPROVE", False, False),
        "standing": ("WAITING", False, False),
    }


def test_a_profile_sets_the_switches_that_it_answers() -> None:
    found = answers(FOLDER / "profile.yaml")

    assert (found["repeat_share"], found["delete_absent"]) == ("union", "success")
