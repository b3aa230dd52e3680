"""What has to be explained."""

from typing import Any

import pytest

from metapixel_policy import overwrite_states_reason, share_has_reason
from tests.policy.conftest import Build, Judge


def test_a_share_with_a_reason_passes(violations: Judge, share: Build) -> None:
    assert violations(share_has_reason, share()) == []


@pytest.mark.parametrize("reason", [..., "", "  "])
def test_a_share_without_a_reason_is_noted(violations: Judge, share: Build, reason: Any) -> None:
    (message,) = violations(share_has_reason, share(reason=reason))

    assert message.startswith("The share states no reason. ")


def test_overwriting_with_a_reason_that_names_each_task_passes(
    violations: Judge, share: Build
) -> None:
    explained = share(on_existing="overwrite", reason="Advertise for spring; ANALYZE, for reports")

    assert violations(overwrite_states_reason, explained) == []


@pytest.mark.parametrize(
    ("reason", "unnamed"),
    [(..., "ANALYZE, ADVERTISE"), ("advertise in spring", "ANALYZE"), ("ANALYZED", "ANALYZE, ADV")],
)
def test_overwriting_with_a_reason_that_lacks_a_task_is_refused(
    violations: Judge, share: Build, reason: Any, unnamed: str
) -> None:
    (message,) = violations(overwrite_states_reason, share(on_existing="overwrite", reason=reason))

    assert f"add {unnamed}" in message
    assert "set `on_existing='adopt'`" in message


def test_a_share_that_overwrites_nothing_need_not_name_its_tasks(
    violations: Judge, share: Build
) -> None:
    assert violations(overwrite_states_reason, share(reason=...)) == []
