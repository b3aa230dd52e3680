"""Edges that do not fit on one page."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from metapixel_provider.errors import OutcomeUnknownError, TooMuchDataError
from metapixel_provider.graph.calls import Call, Node, Response
from metapixel_provider.graph.paging import every_page, next_cursor, nodes, read_edges
from metapixel_simulator import Pixel, Simulator
from tests.support.example import OWNER
from tests.unit.conftest import ClientMaker, all_nodes

EDGE = f"{OWNER}/owned_pixels"


def limits(sim: Simulator) -> list[int]:
    return [int(entry.params["limit"]) for entry in sim.requests if "limit" in entry.params]


def test_a_page_halved_in_the_middle_loses_and_doubles_nothing(
    sim: Simulator, client: ClientMaker
) -> None:
    pixels = (Pixel(f"55{number:04}", f"Pixel {number}", OWNER) for number in range(300))
    sim.world.add(*pixels)
    less_data = "Please reduce the amount of data you're asking for"
    sim.fault("GET owned_pixels", kind="graph_error", code=1, message=less_data, after_n=1)

    found = [node["id"] for node in all_nodes(client(), EDGE, {"fields": "id"})]

    assert len(found) == len(set(found)) == 303
    assert limits(sim)[:3] == [100, 100, 50]


def test_a_page_of_one_that_is_still_too_much_is_an_error(
    sim: Simulator, client: ClientMaker
) -> None:
    less_data = "Please reduce the amount of data you're asking for"
    sim.fault("GET owned_pixels", kind="graph_error", code=1, message=less_data, times=-1)

    with pytest.raises(TooMuchDataError):
        all_nodes(client(), EDGE)

    assert limits(sim)[-1] == 1


@pytest.mark.parametrize(
    ("paging", "after"),
    [
        ({}, None),
        ({"cursors": {"before": "a", "after": "b"}}, None),
        ({"cursors": {"after": "b"}, "next": "https://graph.example/1?after=c"}, "b"),
        ({"next": None, "cursors": {"after": "b"}}, None),
        ({"next": "", "cursors": {"after": "b"}}, None),
    ],
    ids=["none", "cursors only", "cursor", "null", "empty"],
)
def test_the_next_page_is_known_by_next_alone(paging: Node, after: str | None) -> None:
    assert next_cursor({"data": [], "paging": paging}) == after


@pytest.mark.parametrize(
    "paging",
    [
        {"next": "https://graph.example/1?after=c"},
        {"next": {}},
        {"next": "here", "cursors": {"after": ""}},
        {"next": "here", "cursors": {"after": 5}},
        {"next": "here", "cursors": {"after": "\ud800"}},
        {"next": "here", "cursors": {"after": "a\u202eb"}},
        {"next": "here", "cursors": {"after": "a" * 100_000}},
        {"next": "here", "cursors": ["after"]},
        "here",
        [5],
    ],
    ids=ascii,
)
def test_a_next_page_that_cannot_be_asked_for_is_an_error_beside_the_nodes(paging: object) -> None:
    answers = [Response({"data": [{"id": "1"}], "paging": paging})]

    (page,) = read_edges(lambda _: answers, [Call("GET", "1")])

    assert (page.nodes, type(page.error)) == ([{"id": "1"}], OutcomeUnknownError)


@pytest.mark.parametrize(("length", "most"), [(1, 2), (2, 3), (7, 8), (10_000, 1000)])
def test_pages_that_lead_in_a_circle_or_nowhere_end(length: int, most: int) -> None:
    asked: list[Call] = []

    def read(calls: Sequence[Call]) -> list[Response]:
        asked.extend(calls)
        assert len(asked) <= most
        cursor = f"c{len(asked) % length}"
        paging = {"next": "here", "cursors": {"after": cursor}}
        return [Response({"data": [{"id": "1"}], "paging": paging})]

    with pytest.raises(OutcomeUnknownError, match="do not end"):
        list(every_page(read, Call("GET", "1")))

    assert len(asked) == most


def test_more_edges_than_are_read_at_once_are_all_read() -> None:
    edges = [Call("GET", str(number)) for number in range(900)]

    found = read_edges(lambda calls: [Response({"data": []})] * len(calls), edges)

    assert [page.position for page in found] == [*range(900)]


@pytest.mark.parametrize("page", [{}, {"data": None}, {"data": {"id": "1"}}, {"foo": 1}])
def test_an_edge_without_a_list_is_not_an_empty_one(page: Node) -> None:
    with pytest.raises(OutcomeUnknownError, match="without a list"):
        nodes(page)
