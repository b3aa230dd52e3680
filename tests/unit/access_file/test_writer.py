"""New access files, and entries for a file that a person edits."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from metapixel_provider.access_file.model import AccessFile, AgencyGrants, LabelledPixel, PixelGrant
from metapixel_provider.access_file.reader import loads
from metapixel_provider.access_file.scalars import LABEL
from metapixel_provider.access_file.writer import entries, written
from metapixel_provider.sharing.tasks import Task
from tests.conftest import Approve
from tests.unit.access_file.files import COMPLETE, random_files

SHOP, APP = LabelledPixel("shop", "1290034567800003"), LabelledPixel("app", "1290034567800004")
TAGWORKS = AgencyGrants(
    "tagworks",
    "3003456789000333",
    (
        PixelGrant(SHOP, (Task.ANALYZE,), ("7",)),
        PixelGrant(APP, (Task.ANALYZE, Task.UPLOAD), ("7",)),
    ),
)


def found(*agencies: AgencyGrants) -> AccessFile:
    pixels = {grant.pixel.label: grant.pixel for each in agencies for grant in each.grants}
    return AccessFile("1001204537800111", pixels, agencies)


def test_a_new_file_has_the_layout_that_a_person_would_choose(approve: Approve) -> None:
    names = {SHOP.id: "Web shop", TAGWORKS.business_id: "Tagworks"}

    approve("access-file-new.yaml", written(found(TAGWORKS), names))


def test_a_grant_has_its_own_ad_accounts_if_another_grant_has_others() -> None:
    first, second = TAGWORKS.grants
    text = written(found(replace(TAGWORKS, grants=(first, replace(second, ad_accounts=())))), {})

    assert '      shop: {tasks: [ANALYZE], ad_accounts: ["7"]}\n' in text
    assert "      app: [ANALYZE, UPLOAD]\n" in text


LABELS = st.from_regex(LABEL, fullmatch=True) | st.sampled_from(
    ["no", "true", "null", "2024", "1.5", "0x1f", "tasks", "id"]
)


@random_files
@given(LABELS, LABELS, st.text(), st.text())
def test_a_new_file_is_read_as_it_was_found_whatever_the_names(
    pixel: str, agency: str, of_pixel: str, of_agency: str
) -> None:
    grant = replace(TAGWORKS.grants[0], pixel=LabelledPixel(pixel, SHOP.id))
    file = found(replace(TAGWORKS, label=agency, grants=(grant,)))

    text = written(file, {SHOP.id: of_pixel, TAGWORKS.business_id: of_agency})

    assert loads(text) == file
    assert len(text.splitlines()) == len(written(file, {}).splitlines())


def test_entries_leave_out_the_pixels_and_the_business_that_the_file_has(
    approve: Approve,
) -> None:
    present = loads(COMPLETE)
    agency = replace(present.agencies[0], grants=(PixelGrant(APP, (Task.EDIT,)),))
    known = PixelGrant(present.pixels["shop-de"], (Task.UPLOAD,))

    text = entries(found(agency, replace(TAGWORKS, grants=(known,))), {}, present)

    approve("access-file-entries.yaml", text)
