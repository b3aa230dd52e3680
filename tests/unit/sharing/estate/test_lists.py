"""A list that changes while its pages are read is never complete by chance."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from metapixel_provider.errors import Fault, InvalidParameterError, OutcomeUnknownError
from metapixel_provider.graph.calls import Call, Response
from metapixel_provider.sharing.edges import Read, owned_pixels
from metapixel_provider.sharing.estate.assets import pixel_asset
from metapixel_provider.sharing.estate.lists import read_lists

NEXT = {"next": "https://next", "cursors": {"after": "1"}}
#: The ends of a second reading after its first page.
CUT_OFF = Response({"data": []})
REFUSED = Response({}, OutcomeUnknownError(Fault("a page that was not read")))


@pytest.mark.parametrize(
    ("removed", "skipped", "summary", "second"),
    [(1, 0, True, None), (0, 1, False, None), (0, 0, False, CUT_OFF), (0, 0, False, REFUSED)],
    ids=[
        "an item is removed after the first page",
        "each page begins one item too late",
        "the second reading ends after its first page",
        "the second reading fails after its first page",
    ],
)
def test_a_list_that_changes_while_it_is_read_is_complete_only_with_its_present_items(
    removed: int, skipped: int, summary: bool, second: Response | None
) -> None:
    listed = [str(number) for number in range(1, 31)]
    arrived: set[str] = set()
    limits = set()

    def read(calls: Sequence[Call]) -> list[Response]:
        (call,) = calls
        start, limit = int(call.params.get("after", "0")), int(call.params["limit"])
        end = start + limit
        limits.add(limit)
        if second and start and len(limits) > 1:
            return [second]
        arrived.update(listed[start:end])
        following = {"cursors": {"after": str(end + skipped)}, "next": "https://next"}
        answer = Response(
            {
                "data": [{"id": each} for each in listed[start:end]],
                **({"summary": {"total_count": len(listed)}} if summary else {}),
                **({"paging": following} if end < len(listed) else {}),
            }
        )
        if len(listed) == 30:
            del listed[:removed]
        return [answer]

    edge = Call("GET", "100/owned_pixels", {"limit": "10"})
    (found,) = read_lists(read, [Read(edge, "read the pixels", pixel_asset)])

    assert found.items.keys() == (arrived if found.errors else set(listed))
    assert found.errors or found.total in (None, len(listed))


def test_the_items_before_a_refusal_are_kept_if_fewer_fields_are_refused_too() -> None:
    refused = Response({}, InvalidParameterError(Fault("no", code=100)))
    answers = iter([Response({"data": [{"id": "1"}], "paging": NEXT}), refused, refused])

    (found,) = read_lists(lambda _: [next(answers)], [owned_pixels("100", pixel_asset)])

    assert ([*found.items], len(found.errors)) == (["1"], 1)
