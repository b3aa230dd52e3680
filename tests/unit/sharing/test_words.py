"""Tasks, ids and status: one form for every way to write them."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import ConfigurationError
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import ShareStatus, of_request, unknown_request
from metapixel_provider.sharing.tasks import Task, implied_by


@pytest.mark.parametrize("written", ["123", " 123 ", 123, 123.0])
def test_an_id_is_a_string_of_digits_and_an_ad_account_may_begin_with_act(written: object) -> None:
    assert ids.digits(written) == ids.ad_account(written) == "123"
    assert ids.ad_account(f" act_{ids.digits(written)}") == "123"


NO_IDS = ["", "12a", "1.5", -1, 1.5, float(2**53), True, None, [], "1" * 33, "１２", "1/2"]


@pytest.mark.parametrize("wrong", [*NO_IDS, "act_", "act_act_1", "ACT-1", "acct_1"])
def test_what_is_no_id_is_no_ad_account_either(wrong: object) -> None:
    with pytest.raises(ValueError, match="is not an id"):
        ids.digits(wrong)
    with pytest.raises(ValueError, match="is not an ad account id"):
        ids.ad_account(wrong)


@pytest.mark.parametrize("wrong", ["", "1", "1/", "1/2/3/4", "1/x", "/", "a/b"])
@pytest.mark.parametrize(
    ("resource", "form"),
    [
        (ResourceType.SHARE, "PIXEL/AGENCY"),
        (ResourceType.PERMISSION, "PIXEL/BUSINESS/ACCOUNT"),
        (ResourceType.STANDING_RESPONSE, "OWNER/AGENCY"),
    ],
)
def test_a_malformed_resource_id_is_refused_with_the_form_of_the_resource(
    wrong: str, resource: ResourceType, form: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"of the form {form}; each part is a number"):
        resource.ids_in(wrong)


@pytest.mark.parametrize(
    ("request_status", "status"),
    [
        ("APPROVE", "ACTIVE"),
        ("DECLINE", "DECLINED"),
        ("CANCELED", "CANCELED"),
        ("EXPIRED", "EXPIRED"),
        ("IN_PROGRESS", "PENDING"),
        ("PENDING", "PENDING"),
        ("PENDING_EMAIL_VERIFICATION", "PENDING"),
        ("PENDING_INTEGRITY_REVIEW", "PENDING"),
        ("MMA_DIRECT_ASSETS_APPROVED", "ACTIVE"),
        ("MMA_DIRECT_ASSETS_DECLINED", "DECLINED"),
        ("MMA_DIRECT_ASSETS_EXPIRED", "EXPIRED"),
        ("MMA_DIRECT_ASSETS_PENDING", "PENDING"),
        ("approve", "ACTIVE"),
        ("SOMETHING_NEW", "PENDING"),
        ("", "PENDING"),
    ],
)
def test_the_status_of_a_request_is_a_status_of_the_share(request_status: str, status: str) -> None:
    assert of_request(request_status) is ShareStatus(status)
    assert bool(unknown_request(request_status)) is (request_status == "SOMETHING_NEW")


@pytest.mark.parametrize(
    ("declared", "implied"),
    [
        ([Task.UPLOAD, Task.ADVERTISE], set()),
        ([Task.ANALYZE], {Task.ADVERTISE}),
        ([Task.EDIT], {Task.ANALYZE, Task.ADVERTISE}),
        ([Task.EDIT, Task.ANALYZE], {Task.ADVERTISE}),
    ],
)
def test_a_task_includes_others_as_in_the_guide(declared: list[Task], implied: set[Task]) -> None:
    assert implied_by(declared) == implied
