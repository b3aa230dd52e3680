"""The permissions that an agency imports."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from metapixel_cli.importing.program import module
from metapixel_cli.importing.selection import Filter, Selection, select
from metapixel_provider.sharing.estate.estate import Estate, Part, PixelAccess
from tests.cli.importing.estates import agency, pixel, request
from tests.cli.importing.estates import estate as owners_estate

AGENCY, SHOE, BIKE = "2002", "1001", "1002"


def estate(owner: str, *pixels: PixelAccess, waiting: Sequence[str] = ()) -> Estate:
    """Return what an owner shares with the agency. `waiting` are open requests."""
    return replace(
        owners_estate(*pixels, requests=[request(each, AGENCY) for each in waiting]),
        business_id=owner,
        business_name=f"Client {owner}" if owner else "",
        agency_business_id=AGENCY,
        agency_name="Northlight",
    )


def shared(id_: str, *accounts: str) -> PixelAccess:
    return pixel(id_, agency(AGENCY), name="Shop", accounts={AGENCY: accounts})


def selected(*estates: Estate) -> Selection:
    return select(estates, Filter(), ())


def test_an_open_request_is_listed_with_its_sender_and_is_no_gap() -> None:
    found = selected(estate(BIKE, waiting=["41"]), estate("", waiting=["42"]))

    assert {(each.title, each.is_gap) for each in found.left_out} == {
        ("sharing request 41 from business Client 1002 (1002)", False),
        ("sharing request 42 from business with an unknown id", False),
    }


def test_a_part_that_was_not_read_is_listed_once_for_all_clients() -> None:
    unread = [
        replace(each, requests=Part((), "no answer"))
        for each in (estate(SHOE, shared("11")), estate(BIKE, shared("12")))
    ]

    (only,) = selected(*unread).unread

    assert (only.subject, only.part) == (f"business Northlight ({AGENCY})", "requests")


def test_a_module_names_the_client_of_each_permission() -> None:
    found = selected(estate(SHOE, shared("11", "31")), estate("", shared("13", "33")))

    text = module(found, (), "agency")

    calls = [ast.unparse(each) for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Call)]
    assert [each for each in calls if "pixel_id='11'" in each and "business_id='2002'" in each]
    assert "\n# Client 1001 (1001)\nfor ad_account_id in (" in text
    assert "\n# Unknown client (unknown)\nfor ad_account_id in (" in text
    assert "AgencyAccess" not in text
