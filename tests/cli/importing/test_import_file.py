"""The file for Pulumi's bulk import that an import writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from metapixel_cli.importing.import_file import draft_import_file
from metapixel_cli.importing.selection import Filter, Selection, select
from metapixel_cli.importing.targets import Draft
from tests.cli.importing.estates import agency, estate, pixel

NORTHLIGHT = agency("20", name="Northlight")
SHARE = "urn:pulumi:prod::shop::metapixel:index:PixelAgencyShare::northlight-shop"


def draft(folder: Path, selection: Selection, *urns: str, provider: str | None = None) -> Draft:
    path = folder / "my import.json"
    return draft_import_file(path, "prod", folder / "infra", provider, selection, urns)


def selected(*accounts: str) -> Selection:
    found = pixel("11", NORTHLIGHT, name="Shop", accounts={NORTHLIGHT.id: accounts})
    return select([estate(found)], Filter(), ())


def test_a_file_has_the_native_type_a_name_and_the_id_of_each_resource(tmp_path: Path) -> None:
    made = draft(tmp_path, selected("31"))

    assert json.loads(made.text) == {
        "resources": [
            {"type": "metapixel:index:PixelAgencyShare", "name": "northlight-shop", "id": "11/20"},
            {
                "type": "metapixel:index:PixelAdAccountPermission",
                "name": "northlight-shop-31",
                "id": "11/20/31",
            },
        ]
    }
    assert made.advice.endswith(":\n    pulumi import --file '../my import.json' --stack prod")


@pytest.mark.parametrize("parent", ["", "shop:index:Group$"])
def test_a_resource_has_an_unused_name_and_the_urn_of_its_explicit_provider(
    tmp_path: Path, parent: str
) -> None:
    urn = f"urn:pulumi:prod::shop::{parent}pulumi:providers:metapixel::owner"
    made = json.loads(draft(tmp_path, selected(), SHARE, urn, provider="owner").text)

    assert made["nameTable"] == {"owner": urn}
    found = [(each["name"], each["provider"]) for each in made["resources"]]
    assert found == [("northlight-shop-11", "owner")]
