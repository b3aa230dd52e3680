"""The state of a share, written to the outputs of a resource and read from them."""

from __future__ import annotations

import pytest

from metapixel_provider.sharing.share.records import ShareInputs, ShareState
from metapixel_provider.sharing.status import ShareStatus
from metapixel_provider.sharing.tasks import Task

DECLARED = ShareInputs(
    "1",
    "2",
    frozenset({Task.ANALYZE, Task.UPLOAD}),
    resend="second",
    on_existing="overwrite",
    reason="A campaign",
)
FULL = ShareState(
    DECLARED,
    ShareStatus.PENDING,
    granted_tasks=("ANALYZE",),
    pending_request_id="77",
    agency_name="Agency",
    revoking=frozenset({Task.ADVERTISE}),
    added=frozenset({Task.EDIT}),
)
BARE = ShareState(ShareInputs("1", "2", frozenset({Task.ANALYZE})), ShareStatus.ACTIVE)


@pytest.mark.parametrize("state", [FULL, BARE])
def test_outputs_have_the_whole_state(state: ShareState) -> None:
    assert ShareState.of(state.properties()) == state


def test_inputs_that_are_not_declared_are_no_outputs() -> None:
    assert not {"on_existing", "resend", "reason", "expires_on"} & BARE.properties().keys()
