"""Which tasks an agency may have."""

import pytest

from metapixel_policy import no_edit, tasks_per_agency


def test_a_share_without_edit_passes(violations, share):
    assert violations(no_edit, share()) == []


@pytest.mark.parametrize("edit", ["EDIT", "edit"])
def test_edit_is_refused_however_it_is_written(violations, share, edit):
    (message,) = violations(no_edit, share(permitted_tasks=[edit, "ANALYZE"]))

    assert message.startswith("Business 2001 would have EDIT. ")
    assert 'Remove "EDIT" from permitted_tasks' in message


def test_a_named_agency_may_have_edit(violations, share):
    edit = share(permitted_tasks=["EDIT"])

    assert violations(no_edit, edit, config={"agencies": ["2001"]}) == []


def test_an_agency_may_have_the_tasks_allowed_to_it(violations, share):
    config = {"agencies": {"2001": ["ANALYZE", "ADVERTISE"]}, "others": []}

    assert violations(tasks_per_agency, share(), config=config) == []


def test_a_task_not_allowed_to_the_agency_is_refused_by_name(violations, share):
    config = {"agencies": {"2001": ["ANALYZE"]}}

    (message,) = violations(tasks_per_agency, share(), config=config)

    assert message.startswith("Business 2001 may not have ADVERTISE. ")


def test_an_agency_that_is_not_named_has_what_others_may(violations, share):
    config = {"agencies": {"2009": ["ADVERTISE"]}, "others": ["ANALYZE"]}

    assert len(violations(tasks_per_agency, share(), config=config)) == 1


def test_without_configuration_every_task_is_allowed(violations, share):
    everything = share(permitted_tasks=["ANALYZE", "UPLOAD", "ADVERTISE", "EDIT"])

    assert violations(tasks_per_agency, everything) == []
