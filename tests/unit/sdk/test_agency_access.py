"""The component under Pulumi's mocks: which resources it declares, with which inputs."""

from __future__ import annotations

from pathlib import Path

from tests.unit.sdk.mocked import run

PROGRAM_TESTS = """
from pulumi_metapixel._children import Children
from pulumi_metapixel.pixel_access import declared_access

def declare(pixels, **arguments):
    given = {"permitted_tasks": ["ANALYZE"], **arguments}
    return AgencyAccess("north", agency_business_id="34", pixels=pixels, **given)

@pulumi.runtime.test
def test_a_pixel_takes_the_values_of_the_component():
    access = declare({"shop": 12}, reason="campaign", expires_on="2027-03-31", credentials="owner",
                     on_existing="fail")
    return inputs_are(
        access.shares["shop"], pixel_id="12", agency_business_id="34", permitted_tasks=["ANALYZE"],
        reason="campaign", expires_on="2027-03-31", on_existing="fail", credentials="owner",
    )

@pulumi.runtime.test
def test_a_pixel_has_its_own_values():
    own = PixelAccess(pixel_id="12", permitted_tasks=["UPLOAD"], reason="events")
    access = declare({"shop": own}, reason="campaign")
    return inputs_are(access.shares["shop"], permitted_tasks=["UPLOAD"], reason="events")

@pytest.mark.parametrize(("own", "common", "counts"), [
    ("2027-01-01", "2027-02-01", "2027-01-01"),
    ("2027-02-01", "2027-01-01", "2027-01-01"),
    ("2027-01-01", None, "2027-01-01"),
    (None, None, None),
])
@pulumi.runtime.test
def test_the_earlier_of_two_dates_counts(own, common, counts):
    access = declare({"shop": PixelAccess(pixel_id="12", expires_on=own)}, expires_on=common)
    return inputs_are(access.shares["shop"], expires_on=counts)

@pulumi.runtime.test
def test_ad_accounts_of_the_pixel_replace_those_of_the_component():
    own = PixelAccess(pixel_id=12.0, ad_accounts=["act_2", 3.0])
    none = PixelAccess(pixel_id="14", ad_accounts=[])
    pixels = {"shop": own, "app": "13", "web": none}
    access = declare(pixels, ad_accounts=[1], agency_credentials="agency")
    assert [*access.permissions] == ["north-shop-2", "north-shop-3", "north-app-1"]
    return inputs_are(
        access.permissions["north-shop-2"], pixel_id="12", business_id="34", ad_account_id="2",
        credentials="agency",
    )

def test_an_ad_account_in_two_spellings_is_permitted_once():
    common = PixelAccess(pixel_id="", permitted_tasks=["ANALYZE"], ad_accounts=["act_2", 2])
    assert declared_access("", {"shop": "12"}, common)["shop"].ad_accounts == ("2",)

@pulumi.runtime.test
def test_ad_accounts_use_the_credentials_of_the_owner_if_the_agency_has_none():
    access = declare({"shop": "12"}, ad_accounts=[1], credentials="owner")
    return inputs_are(access.permissions["north-shop-1"], credentials="owner")

def test_access_that_has_ended_is_not_declared():
    pixels = {
        "ended": PixelAccess(pixel_id="12", expires_on="2026-11-25", ad_accounts=[1]),
        "last-day": PixelAccess(pixel_id="13", expires_on="2026-11-26", ad_accounts=[1]),
    }
    access = declare(pixels, moved_from={"north-ended-1": "old"})
    assert [*access.shares] == ["last-day"]
    assert [*access.permissions] == ["north-last-day-1"]
    assert access.statuses == {"ended": None, "last-day": access.shares["last-day"].status}

def test_a_resource_that_moves_into_the_component_had_its_plain_name_outside_of_components():
    children = Children(None, "north", pulumi.ResourceOptions(), {"north-shop": "old"})
    (alias,) = children.options(["north-shop"]).aliases
    assert (alias.name, alias.parent) == ("old", pulumi.ROOT_STACK_RESOURCE)

def test_a_resource_is_retained_with_its_component():
    children = Children(None, "north", pulumi.ResourceOptions(retain_on_delete=True))
    assert children.options(["north-shop"]).retain_on_delete

@pytest.mark.parametrize("arguments", [
    {"permitted_tasks": ["UPLOAD", "EDIT"]},
    {"permitted_tasks": ["UPLOAD", pulumi.Output.from_input("ANALYZE")]},
    {"permitted_tasks": pulumi.Output.from_input(["UPLOAD"])},
    {"permitted_tasks": ["UPLOAD"], "expires_on": "2026-11-25"},
])
def test_ad_accounts_are_valid_with_other_tasks_or_unknown_tasks_or_after_the_end(arguments):
    declare({"shop": "12"}, ad_accounts=[1], **arguments)

@pytest.mark.parametrize(("pixels", "arguments", "message"), [
    ({"shop": "12"}, {"permitted_tasks": None}, "pixel 'shop': `permitted_tasks` is missing"),
    (
        {"shop": "12"},
        {"ad_accounts": [1], "permitted_tasks": {"upload"}},
        "pixel 'shop': `ad_accounts` need the task ADVERTISE or ANALYZE",
    ),
    ({"shop": "12"}, {"ad_accounts": ["x"]}, "pixel 'shop': `ad_accounts`: 'x' is not an ad acc"),
    ({"shop": "12"}, {"ad_accounts": "123"}, "pixel 'shop': `ad_accounts` is not a list of ids"),
    (
        {"shop": "12"},
        {"ad_accounts": [pulumi.Output.from_input("123")]},
        "pixel 'shop': `ad_accounts` contains an output",
    ),
    (
        {"shop": PixelAccess(pixel_id="12", previously="shop-fr")},
        {},
        "pixel 'shop': `previously` must be a list of labels",
    ),
    (["12"], {}, "AgencyAccess 'north': `pixels` does not map labels to ids"),
    (
        {"shop": "12"},
        {"moved_from": {"north-shp": "old"}},
        "AgencyAccess 'north', `moved_from`: there is no 'north-shp'; did you mean 'north-shop'[?]",
    ),
])
def test_a_wrong_argument_is_refused(pixels, arguments, message):
    with pytest.raises(pulumi.RunError, match=message):
        declare(pixels, **arguments)
"""


def test_the_component_declares_the_access_of_an_agency(tmp_path: Path) -> None:
    assert "24 passed" in run(PROGRAM_TESTS, tmp_path)
