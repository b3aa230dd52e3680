"""Whose requests may be approved."""

import pytest

from metapixel_policy import approve_known_owners
from tests.policy.conftest import Build, Judge

CONFIG = {"owners": ["3001"]}


def test_the_request_of_a_known_owner_may_be_approved(violations: Judge, response: Build) -> None:
    assert violations(approve_known_owners, response(), config=CONFIG) == []


@pytest.mark.parametrize("status", ["APPROVE", "approve"])
def test_the_request_of_a_stranger_may_not_be_approved(
    violations: Judge, response: Build, status: str
) -> None:
    stranger = response(owner_business_id="3009", request_status=status)

    (message,) = violations(approve_known_owners, stranger, config=CONFIG)

    assert message.startswith("A request is approved, but it does not come from a known owner. ")


def test_a_request_may_not_be_approved_without_saying_whose_it_is(
    violations: Judge, response: Build
) -> None:
    (message,) = violations(approve_known_owners, response(owner_business_id=...), config=CONFIG)

    assert "`owner_business_id` does not state who sent it. Set `owner_business_id`" in message


def test_a_standing_response_may_accept_the_requests_of_known_owners_only(
    violations: Judge, standing_response: Build
) -> None:
    known, stranger = standing_response(), standing_response(owner_business_id="3009")

    (message,) = violations(approve_known_owners, known, stranger, config=CONFIG)

    assert message.startswith("A request is approved, but it does not come from a known owner. ")


def test_any_request_may_be_declined(violations: Judge, response: Build) -> None:
    stranger = response(owner_business_id=..., request_status="DECLINE")

    assert violations(approve_known_owners, stranger, config=CONFIG) == []


def test_without_a_list_approve_known_owners_does_not_apply(
    violations: Judge, response: Build
) -> None:
    (message,) = violations(approve_known_owners, response())

    assert message.startswith("not applicable: ")
