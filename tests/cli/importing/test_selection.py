"""The selection of access to import."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metapixel_cli.importing.selection import Filter, Selection, select
from metapixel_provider.sharing.estate.estate import Part, SentRequest
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
    """Return the parts that were not read."""
    return [each.part for each in selection.unread]


def share(pixel_id: str, agency_id: str) -> str:
    return f"pixel Pixel {pixel_id} ({pixel_id}) with agency Agency {agency_id} ({agency_id})"


def test_every_share_and_permission_is_selected() -> None:
    selection = select([FULL], Filter(), ())

    assert ids(selection) == {"11/21", "11/22", "12/21", "11/21/31", f"11/{OWNER}/39"}
    assert (selection.left_out, selection.managed) == ((), ())


def test_a_filter_selects_pixels_and_agencies_with_their_ad_accounts() -> None:
    assert ids(select([FULL], Filter(pixels=frozenset({"12"})), ())) == {"12/21"}
    assert ids(select([FULL], Filter(agencies=frozenset({"22"})), ())) == {"11/22"}
    assert ids(select([FULL], Filter(frozenset({"11"}), frozenset({"21"})), ())) == {
        "11/21",
        "11/21/31",
    }
    assert ids(select([FULL], Filter(ad_accounts=False), ())) == {"11/21", "11/22", "12/21"}


def test_access_that_a_stack_manages_is_skipped() -> None:
    selection = select([FULL], Filter(agencies=frozenset({"21"})), {"11/21", "11/22", "11/21/31"})

    assert ids(selection) == {"12/21"}
    assert set(selection.managed) == {"11/21", "11/21/31"}


def test_an_open_request_is_listed_and_holds_back_the_shares_of_its_agency() -> None:
    selection = select([replace(FULL, requests=Part((request("41", "22"),)))], Filter(), ())

    assert "11/22" not in ids(selection)
    held, listed = selection.left_out
    assert (held.title, held.is_gap) == (share("11", "22"), True)
    assert "request 41 is open and may be for this share" in held.reason
    assert (listed.title, listed.is_gap) == ("sharing request 41 to business Agency 22 (22)", False)
    assert "Meta does not return the pixels of a request" in listed.reason


def test_a_request_to_an_unknown_agency_does_not_hold_back_the_shares_of_others() -> None:
    sent = replace(request("41", ""), others=frozenset({"21"}))

    selection = select([replace(FULL, requests=Part((sent,)))], Filter(), ())

    assert ids(selection) == {"11/21", "12/21", "11/21/31", f"11/{OWNER}/39"}
    assert share("11", "22") in reasons(selection)
    assert share("11", "21") not in reasons(selection)
    assert parts(selection) == ["ad accounts"]


def test_a_request_to_another_agency_than_the_selected_one_is_not_listed() -> None:
    full = replace(FULL, requests=Part((request("41", "22"),)))

    assert select([full], Filter(agencies=frozenset({"21"})), ()).left_out == ()


def test_no_share_is_imported_if_the_requests_were_not_read() -> None:
    unread: Part[tuple[SentRequest, ...]] = Part((), "Meta refused it")

    selection = select([replace(FULL, requests=unread)], Filter(), ())

    assert ids(selection) == {"11/21/31", f"11/{OWNER}/39"}
    assert "the open requests were not read" in reasons(selection)[share("12", "21")]
    (gap,) = selection.unread
    assert gap.reason == unread.reason


def test_a_share_with_only_unknown_tasks_is_left_out() -> None:
    selection = select([estate(pixel("11", agency("21", "SOMETHING_NEW")))], Filter(), ())

    assert "only tasks that a program cannot declare" in reasons(selection)[share("11", "21")]


def test_a_part_that_was_not_read_is_listed_and_hides_nothing_else() -> None:
    first, second = FULL.pixels.value
    failed = Part(first.agencies.value, "no answer")
    selection = select(
        [replace(FULL, pixels=Part((replace(first, agencies=failed), second)))], Filter(), ()
    )

    assert {"11/21", "12/21"} <= ids(selection)
    assert (selection.left_out, parts(selection)) == ((), ["shares"])


@pytest.mark.parametrize(
    ("chosen", "is_gap"),
    [
        (Filter(), True),
        (Filter(ad_accounts=False), False),
        (Filter(agencies=frozenset({"21"})), False),
    ],
)
def test_the_ad_accounts_of_an_unknown_business_that_received_a_request_were_not_read(
    chosen: Filter, is_gap: bool
) -> None:
    read = replace(estate(pixel("11", agency("21"))), ended_to_unknown=("31",))

    assert parts(select([read], chosen, ())) == ["ad accounts"] * is_gap


def test_a_part_of_a_pixel_that_is_not_selected_is_no_gap() -> None:
    first, second = FULL.pixels.value
    failed = replace(first, agencies=Part({}, "no answer"))
    partly = replace(FULL, pixels=Part((failed, second)))

    assert select([partly], Filter(pixels=frozenset({"12"})), ()).left_out == ()


def test_a_chosen_pixel_or_agency_that_does_not_exist_is_listed() -> None:
    found = reasons(select([FULL], Filter(frozenset({"11", "99"}), frozenset({"21", "88"})), ()))

    assert found == {
        "pixel 99": f"business {OWNER} has no pixel with this id",
        "business 88": "Meta lists no access of this business",
    }


def test_a_chosen_pixel_may_exist_if_not_all_pixels_were_read() -> None:
    partly = replace(FULL, pixels=Part(FULL.pixels.value, "no answer"))

    assert "pixel 99" not in reasons(select([partly], Filter(pixels=frozenset({"99"})), ()))
