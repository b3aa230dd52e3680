"""Imports read what exists, by its id."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.engine.test_import import metapixel
from tests.support.example import NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL, PIXEL_2
from tests.support.stack import Stack
from tests.support.yaml_programs import permission, program, provider, share, using

pytestmark = pytest.mark.engine

SHARE = "metapixel:index:PixelAgencyShare"
IMPORT = ("import", "--yes", "--skip-preview")


@pytest.fixture
def shared(sim: Simulator) -> Simulator:
    """The example world, in which Northlight has two pixels and an ad account."""
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "UPLOAD"])
    sim.share(PIXEL_2, NORTHLIGHT, ["ANALYZE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    return sim


def test_what_was_imported_by_id_and_from_a_file_is_unchanged(
    stack: Callable[..., Stack], shared: Simulator
) -> None:
    agency = provider("agency", "northlight-token", shared.url)
    made = stack(program(agency), in_yaml=True)
    made.up()
    account_id = f"{PIXEL}/{NORTHLIGHT}/{NORTHLIGHT_ACCOUNT}"
    account = {"type": "metapixel:index:PixelAdAccountPermission", "name": "account"}
    bulk = {
        "nameTable": {"agency": "urn:pulumi:test::project::pulumi:providers:metapixel::agency"},
        "resources": [
            {"type": SHARE, "name": "second", "id": f"{PIXEL_2}/{NORTHLIGHT}"},
            account | {"id": account_id, "provider": "agency"},
        ],
    }
    (made.project / "import.json").write_text(json.dumps(bulk))

    made.pulumi(*IMPORT, SHARE, "first", f"{PIXEL}/{NORTHLIGHT}")
    imported = made.pulumi(*IMPORT, "--file", "import.json", "--out", "imported.yaml")

    assert "2 imported" in imported.output
    assert made.statuses() == {
        "first": "ACTIVE",
        "second": "ACTIVE",
        "account": "ACTIVE",
    }
    made.write(
        program(
            agency,
            share("first", PIXEL, NORTHLIGHT, "ANALYZE", "UPLOAD"),
            share("second", PIXEL_2, NORTHLIGHT),
            permission("account", PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT, using("agency")),
        )
    )
    made.expect_no_changes()


@pytest.mark.rest
def test_metapixel_import_records_what_a_program_declares_and_writes_a_file_for_the_rest(
    stack: Callable[..., Stack], shared: Simulator
) -> None:
    owner = provider("owner", "owner-token", shared.url)
    own = {"options": using("owner"), "reason": {"fn::secret": "contract 4711"}}
    declared = share("web", PIXEL, NORTHLIGHT, "ANALYZE", "UPLOAD", **own)
    made = stack(program(owner, declared), in_yaml=True)

    run = metapixel(made, "--to", "import.json", "--without-ad-accounts")
    made.pulumi(*IMPORT, "--file", "import.json", "--out", "imported.yaml")

    assert "Imported 1 share" in run.output
    assert made.statuses() == {
        "web": "ACTIVE",
        "northlight-media-acme-app": "ACTIVE",
    }
    made.write(program(owner, declared, share("northlight-media-acme-app", PIXEL_2, NORTHLIGHT)))
    made.expect_no_changes()
