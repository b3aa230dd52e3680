"""The access file that an import writes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from metapixel_cli.importing.access_file import draft_access_file
from metapixel_cli.importing.selection import Filter, Selection, select
from metapixel_cli.importing.targets import Draft
from metapixel_cli.stacks.errors import StackError
from metapixel_provider.access_file.reader import loads
from tests.cli.importing.estates import OWNER, agency, estate, pixel, selected
from tests.conftest import Approve
from tests.unit.access_file.files import merged

NORTHLIGHT = agency("2002345678900222", "ANALYZE", "ADVERTISE", name="Northlight Média")
HARBOUR = agency("3003456789000333", "UPLOAD", name="Harbour")
SHOP = pixel(
    "1290034567800001",
    HARBOUR,
    NORTHLIGHT,
    name="Shop DE",
    accounts={NORTHLIGHT.id: ["507700000000221"], OWNER: ["9"], HARBOUR.id: ["7"]},
)
TODAY = date(2026, 11, 26)
WRITTEN = """\
version: 1
owner: "1001"
pixels:
  shop-de: "1290034567800001"  # Shop DE
agencies:
  harbour:
    business: "3003456789000333"  # Harbour
    access:
      shop-de: [UPLOAD]
  northlight-media:
    business: "2002345678900222"  # Northlight Média
    access:
      shop-de: [ANALYZE, ADVERTISE]
    ad_accounts: ["507700000000221"]
"""


def draft(folder: Path, selection: Selection, text: str | None = None) -> Draft:
    """Return the draft of `access.yaml`, which has this text."""
    if text is not None:
        (folder / "access.yaml").write_text(text)
    return draft_access_file(folder / "access.yaml", OWNER, folder, TODAY, None, selection)


def entries_of(made: Draft) -> str:
    """Return the entries that a person has to add to an existing file."""
    return made.advice.partition(", below the same keys:\n\n")[2]


def reasons(made: Draft) -> dict[str, str]:
    return dict(made.left_out)


def test_a_new_file_declares_each_agency_with_its_pixels_and_ad_accounts(tmp_path: Path) -> None:
    outlived = pixel("1290034567800002", name="App", accounts={NORTHLIGHT.id: ["507700000000221"]})

    made = draft(tmp_path, selected(SHOP, outlived))

    assert made.text.endswith(WRITTEN)
    assert made.advice.endswith(
        "/access.yaml yet. Add this code:\n"
        "    from pulumi_metapixel import declare_access_file\n"
        '    declare_access_file("access.yaml")'
    )


def test_the_labels_do_not_depend_on_the_selection_or_on_an_earlier_import(tmp_path: Path) -> None:
    twin = agency("2002345678900223", "UPLOAD", name="northlight media")
    found = estate(SHOP, pixel("1290034567800002", twin, name="Shop (DE)"))
    whole = loads(draft(tmp_path, select([found], Filter(), ())).text)

    first = draft(tmp_path, select([found], Filter(agencies=frozenset({twin.id})), ())).text
    entries = entries_of(draft(tmp_path, select([found], Filter(), ()), first))
    second = loads(merged(first, entries))

    assert list(loads(first).pixels) == ["shop-de-1290034567800002"]
    assert second.pixels == whole.pixels
    assert {each.label for each in second.agencies} == {each.label for each in whole.agencies}


def test_ad_accounts_without_a_share_that_allows_them_are_left_out(tmp_path: Path) -> None:
    found = reasons(draft(tmp_path, selected(SHOP)))

    assert "together with a share" in found[f"1290034567800001/{OWNER}/9"]
    assert "the task ADVERTISE or ANALYZE" in found[f"1290034567800001/{HARBOUR.id}/7"]
    assert len(found) == 2


def test_entries_for_an_existing_file_belong_below_its_keys(
    tmp_path: Path, approve: Approve
) -> None:
    other = agency("4004567890000444", "EDIT", name="Other")
    app = pixel("1290034567800002", NORTHLIGHT, other, name="App")
    more = pixel(SHOP.id, NORTHLIGHT, name="Shop DE", accounts={NORTHLIGHT.id: ["6"]})

    made = draft(tmp_path, selected(app, more), WRITTEN.replace("-de", "").replace("-media", ""))

    complete = draft(tmp_path, selected(SHOP))  # the file has all that it can declare
    assert (made.text, complete.text, entries_of(complete)) == ("", "", "")
    approve("import-entries.yaml", entries_of(made))


def test_access_that_ends_with_its_agency_is_left_out_once_the_file_has_it(tmp_path: Path) -> None:
    text = WRITTEN.replace(
        '    business: "2002', '    expires_on: "2026-11-25"\n    business: "2002'
    )
    app = pixel("1290034567800002", NORTHLIGHT, name="App", accounts={NORTHLIGHT.id: ["5"]})
    entries = entries_of(draft(tmp_path, selected(app), text))

    made = draft(tmp_path, selected(app), merged(text, entries))

    assert entries_of(made) == ""
    assert {*reasons(made)} == {f"{app.id}/{NORTHLIGHT.id}", f"{app.id}/{NORTHLIGHT.id}/5"}
    assert "last day of the access was 2026-11-25" in reasons(made)[f"{app.id}/{NORTHLIGHT.id}"]


def test_the_file_of_another_business_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="access file of business 1002, and not of business 1001"):
        draft(tmp_path, selected(SHOP), WRITTEN.replace("1001", "1002"))
