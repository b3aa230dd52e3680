"""Which tasks an agency may have."""

import pytest

from metapixel_policy import no_edit, tasks_per_agency
from tests.policy.conftest import Build, Judge


def test_a_share_without_edit_passes(violations: Judge, share: Build) -> None:
    assert violations(no_edit, share()) == []


@pytest.mark.parametrize("edit", ["EDIT", "edit"])
def test_edit_is_refused_however_it_is_written(violations: Judge, share: Build, edit: str) -> None:
    (message,) = violations(no_edit, share(permitted_tasks=[edit, "ANALYZE"]))

    assert message.startswith("The agency would have EDIT. ")
    assert "Remove EDIT from the tasks" in message


def test_a_named_agency_may_have_edit(violations: Judge, share: Build) -> None:
    edit = share(permitted_tasks=["EDIT"])

    assert violations(no_edit, edit, config={"agencies": ["2001"]}) == []


def test_an_agency_may_have_the_tasks_allowed_to_it(violations: Judge, share: Build) -> None:
    config = {"agencies": {"2001": ["ANALYZE", "ADVERTISE"]}, "others": []}

    assert violations(tasks_per_agency, share(), config=config) == []


def test_a_task_not_allowed_to_the_agency_is_refused_by_name(
    violations: Judge, share: Build
) -> None:
    config = {"agencies": {"2001": ["ANALYZE"]}}

    (message,) = violations(tasks_per_agency, share(), config=config)

    assert message.startswith("The agency may not have ADVERTISE. ")


def test_an_agency_that_is_not_named_has_what_others_may(violations: Judge, share: Build) -> None:
    config = {"agencies": {"2009": ["ADVERTISE"]}, "others": ["ANALYZE"]}

    assert len(violations(tasks_per_agency, share(), config=config)) == 1


def test_without_others_an_agency_that_is_not_named_may_have_every_task(
    violations: Judge, share: Build
) -> None:
    everything = share(permitted_tasks=["ANALYZE", "UPLOAD", "ADVERTISE", "EDIT"])

    assert violations(tasks_per_agency, everything, config={"agencies": {"2009": []}}) == []


def test_without_configuration_tasks_per_agency_does_not_apply(
    violations: Judge, share: Build
) -> None:
    assert violations(tasks_per_agency, share()) == [
        "not applicable: tasks-per-agency needs the setting 'agencies' or 'others'"
    ]
