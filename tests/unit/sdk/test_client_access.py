"""The agency's component under Pulumi's mocks: which resources it declares, with which inputs."""

from __future__ import annotations

from pathlib import Path

from tests.unit.sdk.mocked import run

PROGRAM_TESTS = """
def declare(pixels, **arguments):
    given = {"ad_accounts": ["act_1"], **arguments}
    return ClientAccess(
        "acme", owner_business_id="12", agency_business_id="34", pixels=pixels, **given
    )

@pulumi.runtime.test
def test_a_client_is_accepted_with_the_values_of_the_component():
    access = declare({}, accept=True, expires_on="2027-03-31", reason="contract", credentials="us")
    return inputs_are(
        access.standing_response, owner_business_id="12", agency_business_id="34",
        expires_on="2027-03-31", reason="contract", credentials="us",
    )

@pulumi.runtime.test
def test_ad_accounts_of_the_agency_may_use_the_pixels():
    access = declare({"shop": 56, "app": PixelAccess(pixel_id="78", ad_accounts=[2, 3])},
                     credentials="us")
    assert [*access.permissions] == ["acme-shop-1", "acme-app-2", "acme-app-3"]
    return inputs_are(
        access.permissions["acme-app-2"], pixel_id="78", business_id="34", ad_account_id="2",
        credentials="us",
    )

def test_a_client_is_accepted_only_if_the_program_says_so():
    assert declare({"shop": "56"}).standing_response is None

@pytest.mark.parametrize(("last_day", "names"), [
    ("2026-11-26", ["acme-shop-1"]), ("2026-11-25", []),
])
def test_nothing_is_declared_after_the_last_day(last_day, names):
    access = declare({"shop": "56"}, accept=True, expires_on=last_day)
    assert [*access.permissions] == names
    assert bool(access.standing_response) is bool(names)

@pytest.mark.parametrize(("pixels", "arguments", "message"), [
    ({}, {"accept": "false"}, "ClientAccess 'acme': `accept` is neither True nor False"),
    (["56"], {}, "ClientAccess 'acme': `pixels` does not map labels to ids"),
    ({"shop": "56"}, {"ad_accounts": []}, "pixel 'shop': `ad_accounts` is missing"),
])
def test_a_wrong_argument_is_refused(pixels, arguments, message):
    with pytest.raises(pulumi.RunError, match=message):
        declare(pixels, **arguments)

@pytest.mark.parametrize("name", ["permitted_tasks", "expires_on", "reason"])
def test_a_pixel_of_a_client_has_no_terms_of_its_own(name):
    pixel = PixelAccess(pixel_id="56", **{name: "2027-03-31"})
    with pytest.raises(pulumi.RunError, match=f"pixel 'shop': `{name}` cannot be set for a pixel"):
        declare({"shop": pixel})
"""


def test_the_component_declares_the_agencys_side_of_a_client(tmp_path: Path) -> None:
    assert "11 passed" in run(PROGRAM_TESTS, tmp_path)
