"""The businesses of requests, if Meta ignores the filter and does not return every page."""

from __future__ import annotations

from collections.abc import Sequence

from metapixel_provider.errors import Fault, PermissionMissingError
from metapixel_provider.graph.calls import Call, Node, Response
from metapixel_provider.sharing.edges import SENT, requests_in_estate
from metapixel_provider.sharing.estate.lists import read_lists
from metapixel_provider.sharing.estate.requests import find_parties

OWNER, AGENCY = "11", "12"
FIRST, SECOND = ({"id": id_, "request_status": "PENDING"} for id_ in ("91", "92"))
IN_TWO: Node = {"id": "93", "request_status": "PENDING"}
FOUND: Node = {"data": [FIRST, IN_TWO, {"id": "94", "request_status": "DECLINE"}]}
NEXT = {"next": "/2", "cursors": {"after": "1"}}


def read(calls: Sequence[Call]) -> Sequence[Response]:
    """Return all requests to every filter, and refuse the second page of the owner's own list."""
    return list(map(_answer, calls))


def _answer(call: Call) -> Response:
    if "after" not in call.params:
        return Response({"data": [FIRST], "paging": NEXT})
    if OWNER in call.params.values():
        return Response({}, PermissionMissingError(Fault("no", code=200)))
    return Response({"data": [SECOND]})


def test_a_filter_that_is_ignored_on_the_page_before_a_refusal_attributes_no_request() -> None:
    (requests,) = read_lists(read, [requests_in_estate(SENT, OWNER)])

    find_parties(read, OWNER, SENT, requests, {AGENCY: "Agency"})

    assert [each.agency_business_id for each in requests.items.values()] == ["", ""]
    assert "ignored the parameter" in str(requests.errors[0])


def test_a_request_may_be_for_an_agency_whose_list_was_not_read_or_of_two_that_list_it() -> None:
    def read(calls: Sequence[Call]) -> Sequence[Response]:
        refused = Response({}, PermissionMissingError(Fault("no", code=200)))
        # That Meta refuses the owner's requests to itself shows that it filters.
        found = {"": Response(FOUND), OWNER: refused, AGENCY: refused}
        in_two = Response({"data": [IN_TWO]})
        return [found.get(each.params.get(SENT.party_filter, ""), in_two) for each in calls]

    (requests,) = read_lists(read, [requests_in_estate(SENT, OWNER)])

    find_parties(read, OWNER, SENT, requests, {AGENCY: "Agency", "13": "", "14": ""})

    found, in_two, _ = requests.items.values()
    assert found.may_be_for(AGENCY)
    assert not found.may_be_for("13")
    assert in_two.may_be_for("13")
    assert in_two.may_be_for("14")
    assert requests.errors
