"""Labels made from the names of pixels and agencies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metapixel_provider.access_file.labels import labels, slug
from metapixel_provider.access_file.model import AccessFile, AgencyGrants, LabelledPixel, PixelGrant
from metapixel_provider.access_file.reader import loads
from metapixel_provider.access_file.writer import written
from metapixel_provider.sharing.tasks import Task
from tests.unit.access_file.files import COMPLETE, random_files

names = st.text(max_size=12) | st.sampled_from(["Shop", "shop", "Shop FR", "North", "North Light"])
named = st.dictionaries(st.from_regex(r"[0-9]{1,16}", fullmatch=True), names, max_size=6)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Web Shop DE", "web-shop-de"),
        ("Läden & Größen GmbH", "laden-grossen-gmbh"),
        ("  ", ""),
        ("商店", ""),
        ("Été 2026!", "ete-2026"),
        ("-_.", ""),
        ("a" * 80, "a" * 50),
        ("Shop\u202e\n", "shop"),
    ],
)
def test_a_name_becomes_lower_case_ascii(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_equal_names_and_names_without_latin_letters_get_the_id() -> None:
    found = labels({"120001": "Shop", "120002": "shop", "3": "Other"}, {"340002": "商"})

    assert found.pixels == {"120001": "shop-120001", "120002": "shop-120002", "3": "other"}
    assert found.agencies == {"340002": "agency-340002"}


def test_a_pixel_and_an_agency_of_the_file_keep_their_labels() -> None:
    found = labels(
        {"1290034567800001": "Anything", "55550001": "Shop DE"},
        {"2002345678900222": "Anything", "66660001": "Northlight", "77770001": "North Light"},
        loads(COMPLETE),
    )

    assert found.pixels["1290034567800001"] == "shop-de"
    assert found.pixels["55550001"] == "shop-de-55550001"
    assert found.agencies["2002345678900222"] == "northlight"
    assert found.agencies["66660001"] == "northlight-66660001"
    assert found.agencies["77770001"] == "north-light-77770001"


def test_new_agencies_whose_shares_would_have_the_same_name_get_the_id() -> None:
    agencies, kept = {"10003": "North", "10004": "North Light"}, LabelledPixel("light-x", "1")

    found = labels({"1": "Light X", "2": "X"}, agencies)
    assert found.agencies == {"10003": "north-10003", "10004": "north-light-10004"}
    with_file = labels({"1": "Web", "2": "X"}, agencies, AccessFile("00", {"light-x": kept}))
    assert with_file.agencies == found.agencies

    north = AgencyGrants("north", "10003", ())
    of_file = labels({"2": "X"}, agencies, AccessFile("00", {"light-x": kept}, (north,)))
    assert of_file.agencies == {"10003": "north", "10004": "north-light-10004"}


@random_files
@given(named, named)
def test_neither_the_order_nor_a_file_with_some_of_the_labels_changes_a_label(
    pixels: dict[str, str], agencies: dict[str, str]
) -> None:
    found = labels(pixels, agencies)
    file = AccessFile(
        "00",
        {label: LabelledPixel(label, each) for each, label in list(found.pixels.items())[::2]},
        tuple(AgencyGrants(label, each, ()) for each, label in list(found.agencies.items())[::2]),
    )

    assert labels(pixels, agencies, file) == found
    assert labels(dict(reversed(pixels.items())), dict(reversed(agencies.items()))) == found


@random_files
@given(named, named)
def test_labels_make_a_file_that_can_be_read(
    pixels: dict[str, str], agencies: dict[str, str]
) -> None:
    agencies = {each: name for each, name in agencies.items() if each not in pixels}
    found = labels(pixels, agencies)
    shared = [
        PixelGrant(LabelledPixel(label, each), (Task.ANALYZE,))
        for each, label in found.pixels.items()
    ]
    file = AccessFile(
        "00",
        {grant.pixel.label: grant.pixel for grant in shared},
        tuple(AgencyGrants(label, each, (*shared,)) for each, label in found.agencies.items()),
    )

    assert loads(written(file, {})) == file
