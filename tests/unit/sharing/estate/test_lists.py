"""A list that changes while its pages are read is never complete by chance."""

from __future__ import annotations

from collections.abc import Sequence

from metapixel_provider.graph.calls import Answer, Call
from metapixel_provider.sharing.estate.lists import Wanted, read_lists
from metapixel_provider.sharing.estate.pixels import pixel_of


def test_a_number_that_changes_between_two_pages_does_not_prove_a_list_complete() -> None:
    listed = ["1", "2", "3", "4"]

    def read(calls: Sequence[Call]) -> list[Answer]:
        """Answer with a page, and remove the first item. The next page then omits one."""
        (call,) = calls
        start, limit = int(call.params.get("after", "0")), int(call.params["limit"])
        end = start + limit
        cursors = {"cursors": {"after": str(end)}, "next": "https://next"}
        answer = Answer(
            {
                "data": [{"id": each} for each in listed[start:end]],
                "summary": {"total_count": len(listed)},
                **({"paging": cursors} if end < len(listed) else {}),
            }
        )
        if len(listed) == 4:
            listed.remove("1")
        return [answer]

    edge = Call("GET", "100/owned_pixels", {"limit": "2", "summary": "true"})
    (found,) = read_lists(read, [Wanted(edge, "read the pixels", pixel_of)])

    assert found.errors or "3" in found.items
