"""The selection of access to import."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metapixel_cli.importing.selection import Filter, Selection, select
from metapixel_provider.sharing.estate.estate import Estate, Part, SentRequest
from tests.cli.importing.estates import OWNER, agency, estate, pixel, request

FULL = estate(
    pixel("11", agency("21"), agency("22"), accounts={"21": ["31"], OWNER: ["39"]}),
    pixel("12", agency("21")),
)


def ids(selection: Selection) -> set[str]:
    return set(selection.access)


def reasons(selection: Selection) -> dict[str, str]:
    return {each.title: each.reason for each in selection.left_out}


def parts(selection: Selection) -> list[str]:
    return [each.part for each in selection.unread]


def share(pixel_id: str, agency_id: str) -> str:
    return f"pixel Pixel {pixel_id} ({pixel_id}) with agency Agency {agency_id} ({agency_id})"


def test_a_filter_selects_pixels_and_agencies_with_their_ad_accounts() -> None:
    assert ids(select([FULL], Filter(pixels={"12"}), ())) == {"12/21"}
    assert ids(select([FULL], Filter(agencies={"22"}), ())) == {"11/22"}
    assert ids(select([FULL], Filter({"11"}, {"21"}), ())) == {"11/21", "11/21/31"}
    assert ids(select([FULL], Filter(ad_accounts=False), ())) == {"11/21", "11/22", "12/21"}


def test_an_open_request_is_listed_and_may_be_for_the_shares_of_its_agency() -> None:
    selection = select([replace(FULL, requests=Part((request("41", "22"),)))], Filter(), ())

    assert {each.id: each.open_requests for each in selection.access.values() if each.agency} == {
        "11/21": (),
        "11/22": ("41",),
        "12/21": (),
    }
    (listed,) = selection.left_out
    assert (listed.title, listed.is_gap) == ("sharing request 41 to business Agency 22 (22)", False)
    assert "so the shares of this business are recorded as UNCONFIRMED" in listed.reason


def test_a_request_to_an_unknown_agency_may_be_for_the_shares_of_some_agencies() -> None:
    sent = replace(request("41", ""), others=frozenset({"21"}))

    read = replace(FULL, requests=Part((sent,)))
    selection = select([read], Filter(), ())

    assert selection.access["11/22"].open_requests == ("41",)
    assert selection.access["11/21"].open_requests == ()
    assert parts(selection) == ["ad accounts"]
    for chosen, listed in ({"21", "22"}, 1), ({"21"}, 0):
        assert len(select([read], Filter(agencies=chosen), ()).left_out) == listed


def test_a_share_that_no_stack_manages_is_not_imported_if_the_requests_were_not_read() -> None:
    unread: Part[tuple[SentRequest, ...]] = Part((), "Meta refused it")

    selection = select([replace(FULL, requests=unread)], Filter(), {"11/22"})

    assert (ids(selection), selection.managed) == ({"11/21/31", f"11/{OWNER}/39"}, ("11/22",))
    assert "the open requests were not read" in reasons(selection)[share("12", "21")]
    (gap,) = selection.unread
    assert gap.reason == unread.reason


FIRST, SECOND = FULL.pixels.value
PARTLY = replace(FIRST, agencies=Part(FIRST.agencies.value, "no answer"))
ACCOUNTS = f"ad accounts of business Acme ({OWNER})"
UNLISTED = replace(FIRST, ad_accounts=Part(FIRST.ad_accounts.value, "no answer"))
#: The access that a filter leaves out of an estate, and the parts that it needs and lacks.
LEFT_OUT: list[tuple[Estate, Filter, list[str]]] = [
    (replace(FULL, pixels=Part((PARTLY, SECOND))), Filter(), ["shares of pixel Pixel 11 (11)"]),
    (replace(FULL, pixels=Part((PARTLY, SECOND))), Filter({"12"}), []),
    (estate(pixel("11")), Filter({"11"}, {OWNER}), []),
    # Business 22 has access, but not to pixel 12.
    (FULL, Filter({"12", "99"}, {"22", "88"}), ["pixel 99", "business 88"]),
    # The pixel may be among those that were not read.
    (
        replace(FULL, pixels=Part(FULL.pixels.value, "no answer")),
        Filter({"99"}),
        [f"pixels of business Acme ({OWNER})"],
    ),
    (estate(pixel("11", agency("21", "SOMETHING_NEW"))), Filter(), [share("11", "21")]),
    (replace(FULL, requests=Part((request("41", "22"),))), Filter(agencies={"21"}), []),
    # Meta does not return who received the request 41.
    (replace(FULL, ended_to_unknown=("41",)), Filter(), [ACCOUNTS]),
    (replace(FULL, ended_to_unknown=("41",)), Filter(ad_accounts=False), []),
    (replace(FULL, ended_to_unknown=("41",)), Filter(agencies={"21"}), []),
    (
        replace(FULL, pixels=Part((UNLISTED, SECOND))),
        Filter(agencies={"21"}),
        ["ad accounts of pixel Pixel 11 (11)"],
    ),
]


@pytest.mark.parametrize(("read", "chosen", "left_out"), LEFT_OUT)
def test_everything_that_is_chosen_and_not_selected_is_listed(
    read: Estate, chosen: Filter, left_out: list[str]
) -> None:
    selection = select([read], chosen, ())

    unread = [f"{each.part} of {each.subject}" for each in selection.unread]
    assert [*reasons(selection), *unread] == left_out
    assert all(each.is_gap for each in selection.left_out)
