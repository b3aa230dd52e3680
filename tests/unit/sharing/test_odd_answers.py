"""An answer that lacks what was asked for is none: never "gone", "no tasks" or success."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import responses

from metapixel_provider.errors import OutcomeUnknownError
from metapixel_provider.graph.client import Client, Patience
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.sharing.meta import Meta

URL = "https://graph.example"
PIXEL = f"{URL}/v26.0/1"
ONCE = Patience(attempts=1)

AGENCY = {"id": "2", "name": "Agency", "permitted_tasks": ["ANALYZE"]}


def meta() -> Meta:
    return Meta(Client(Credentials("token"), URL, patience=ONCE))


@responses.activate
@pytest.mark.parametrize(
    "node",
    [
        {},
        {"foo": 1},
        {"data": None},
        {"id": "7", "name": "another pixel"},
        {"id": "1", "agencies": {"data": None}},
        {"id": "1", "agencies": {"data": [None]}},
        {"id": "1", "agencies": {"data": [{"name": "no id", "permitted_tasks": ["ANALYZE"]}]}},
        {"id": "1", "agencies": {"data": [{"id": "2", "name": "no tasks"}]}},
        {"id": "1", "agencies": {"data": [{"id": "2", "permitted_tasks": "ANALYZE"}]}},
        {"id": "1", "agencies": {"data": [AGENCY], "paging": {"next": f"{PIXEL}/agencies"}}},
    ],
)
def test_an_odd_answer_about_a_pixel_is_no_answer(node: dict[str, object]) -> None:
    responses.get(PIXEL, json=node)

    with pytest.raises(OutcomeUnknownError):
        meta().pixel("1", "2")


@responses.activate
def test_ids_that_come_as_numbers_are_ids() -> None:
    node = {"id": 1, "owner_business": {"id": 9}, "agencies": {"data": [{**AGENCY, "id": 2}]}}
    responses.get(PIXEL, json=node)

    found = meta().pixel("1", "2")

    assert (found.id, found.owner_id, list(found.agencies)) == ("1", "9", ["2"])


@responses.activate
@pytest.mark.parametrize("account", [{}, {"id": "act_x"}, {"account_id": None}])
def test_an_ad_account_without_an_id_is_no_answer(account: dict[str, object]) -> None:
    responses.get(f"{PIXEL}/shared_accounts", json={"data": [account]})

    with pytest.raises(OutcomeUnknownError):
        meta().permits("1", "2", "3")


@responses.activate
def test_a_request_without_a_status_is_not_pending() -> None:
    responses.get(PIXEL, json={"id": "1"})

    with pytest.raises(OutcomeUnknownError):
        meta().request("1")


WRITES: list[Callable[[Meta], object]] = [
    lambda it: it.unshare("1", "2"),
    lambda it: it.share("1", "2", []),
    lambda it: it.permit("1", "2", "3"),
    lambda it: it.withdraw("1", "2", "3"),
]


@responses.activate
@pytest.mark.parametrize("answer", [{}, {"foo": 1}, {"success": "yes"}, {"success": None}])
@pytest.mark.parametrize("write", WRITES)
def test_a_write_whose_answer_does_not_say_success_is_held_against_what_stands(
    write: Callable[[Meta], object], answer: dict[str, object]
) -> None:
    for method in ("POST", "DELETE"):
        for edge in ("agencies", "shared_accounts"):
            responses.add(method, f"{PIXEL}/{edge}", json=answer)

    with pytest.raises(OutcomeUnknownError, match="does not say success"):
        write(meta())


@responses.activate
def test_pages_that_lead_in_a_circle_end() -> None:
    paging = {"cursors": {"after": "same"}, "next": f"{PIXEL}/agencies?after=same"}
    responses.get(f"{PIXEL}/agencies", json={"data": [], "paging": paging})

    with pytest.raises(OutcomeUnknownError, match="do not end"):
        list(Client(Credentials("token"), URL, patience=ONCE).get_all("1/agencies"))
    assert len(responses.calls) == 2
