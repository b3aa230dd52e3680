"""Who may receive which pixel, and how many may."""

from metapixel_policy import (
    approved_agencies,
    max_agencies_per_pixel,
    pixels_never_shared,
)
from tests.policy.conftest import Build, Judge


def test_a_share_with_an_approved_agency_passes(violations: Judge, share: Build) -> None:
    assert violations(approved_agencies, share(), config={"agencies": ["2001"]}) == []


def test_a_share_with_another_agency_is_refused(violations: Judge, share: Build) -> None:
    broken = share(agency_business_id="2002")

    (message,) = violations(approved_agencies, broken, config={"agencies": ["2001"]})

    assert message.startswith("The agency is not approved. ")
    assert "approved-agencies.agencies" in message


def test_an_empty_list_approves_nobody(violations: Judge, share: Build) -> None:
    assert len(violations(approved_agencies, share(), config={"agencies": []})) == 1


def test_without_a_list_approved_agencies_does_not_apply(violations: Judge, share: Build) -> None:
    assert violations(approved_agencies, share()) == [
        "not applicable: approved-agencies needs the setting 'agencies'"
    ]


def test_an_ordinary_pixel_may_be_shared(violations: Judge, share: Build) -> None:
    assert violations(pixels_never_shared, share(), config={"pixels": ["1009"]}) == []


def test_a_pixel_on_the_list_may_not_be_shared(violations: Judge, share: Build) -> None:
    (message,) = violations(pixels_never_shared, share(), config={"pixels": ["1001"]})

    assert message.startswith("The pixel may not be shared. ")


def test_as_many_agencies_as_allowed_pass(violations: Judge, share: Build) -> None:
    two = [share("a"), share("b", agency_business_id="2002")]

    assert violations(max_agencies_per_pixel, *two, config={"max_agencies": 2}) == []


def test_one_agency_more_is_refused_before_it_is_granted(violations: Judge, share: Build) -> None:
    two = [share("a"), share("b", agency_business_id="2002")]

    (message,) = violations(max_agencies_per_pixel, *two, config={"max_agencies": 1})

    assert message.startswith("The pixel would have more agencies than its limit of 1. ")


def test_a_pixel_can_have_its_own_number_of_agencies(violations: Judge, share: Build) -> None:
    two = [share("a"), share("b", agency_business_id="2002")]
    config = {"max_agencies": 1, "pixels": {"1001": 2}}

    assert violations(max_agencies_per_pixel, *two, config=config) == []


def test_agencies_of_other_pixels_do_not_count(violations: Judge, share: Build) -> None:
    two = [share("a"), share("b", pixel_id="1002", agency_business_id="2002")]

    assert violations(max_agencies_per_pixel, *two, config={"max_agencies": 1}) == []


def test_agencies_of_other_stacks_do_not_count(violations: Judge, share: Build) -> None:
    two = [share("a", "dev"), share("b", "prod", agency_business_id="2002")]

    assert violations(max_agencies_per_pixel, *two, config={"max_agencies": 1}) == []


def test_a_share_judged_again_counts_once(violations: Judge, share: Build) -> None:
    moved = [share(), share(agency_business_id="2002"), share(agency_business_id="2002")]

    assert violations(max_agencies_per_pixel, *moved, config={"max_agencies": 1}) == []
