"""Ad accounts and the shares that they need."""

from metapixel_policy import advertise_with_ad_account, approved_ad_accounts
from tests.policy.conftest import Build, Judge


def test_an_approved_ad_account_passes_however_it_is_written(
    violations: Judge, permission: Build
) -> None:
    plain, prefixed = permission(), permission(ad_account_id="act_4001")

    for config in ({"ad_accounts": ["4001"]}, {"ad_accounts": ["act_4001"]}):
        assert violations(approved_ad_accounts, plain, prefixed, config=config) == []


def test_another_ad_account_is_refused(violations: Judge, permission: Build) -> None:
    (message,) = violations(approved_ad_accounts, permission(), config={"ad_accounts": []})

    assert message.startswith("The ad account is not approved. ")


def test_without_a_list_approved_ad_accounts_does_not_apply(
    violations: Judge, permission: Build
) -> None:
    (message,) = violations(approved_ad_accounts, permission())

    assert message.startswith("not applicable: ")


def test_a_share_with_advertise_and_its_ad_account_pass(
    violations: Judge, share: Build, permission: Build
) -> None:
    assert violations(advertise_with_ad_account, permission(), share()) == []


def test_advertise_without_an_ad_account_is_refused(violations: Judge, share: Build) -> None:
    (message,) = violations(advertise_with_ad_account, share())

    assert message.startswith("The share permits ADVERTISE, but this stack permits none of its ad ")


def test_the_ad_account_of_another_pixel_does_not_count(
    violations: Judge, share: Build, permission: Build
) -> None:
    other = share("b", pixel_id="1002", permitted_tasks=["ANALYZE"])
    estate = [share(), other, permission(pixel_id="1002")]

    assert len(violations(advertise_with_ad_account, *estate)) == 1


def test_a_share_without_advertise_needs_no_ad_account(violations: Judge, share: Build) -> None:
    assert violations(advertise_with_ad_account, share(permitted_tasks=["ANALYZE"])) == []


def test_an_ad_account_with_analyze_passes(
    violations: Judge, share: Build, permission: Build
) -> None:
    estate = [share(permitted_tasks=["ANALYZE"]), permission()]

    assert violations(advertise_with_ad_account, *estate) == []


def test_an_ad_account_with_upload_alone_is_refused(
    violations: Judge, share: Build, permission: Build
) -> None:
    estate = [share(permitted_tasks=["UPLOAD"]), permission()]

    (message,) = violations(advertise_with_ad_account, *estate)

    assert message.startswith("This stack has no share that permits ADVERTISE or ANALYZE to the ")


def test_an_ad_account_without_a_share_is_refused(violations: Judge, permission: Build) -> None:
    assert len(violations(advertise_with_ad_account, permission())) == 1


def test_a_half_declared_elsewhere_is_not_asked_for(
    violations: Judge, share: Build, permission: Build
) -> None:
    config = {"elsewhere": ["2001"]}

    assert violations(advertise_with_ad_account, share(), config=config) == []
    assert violations(advertise_with_ad_account, permission(), config=config) == []


def test_elsewhere_does_not_excuse_a_share_that_is_here(
    violations: Judge, share: Build, permission: Build
) -> None:
    estate = [share(permitted_tasks=["UPLOAD"]), permission()]

    assert len(violations(advertise_with_ad_account, *estate, config={"elsewhere": ["2001"]})) == 1
