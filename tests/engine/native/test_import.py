"""An import reads what exists, by its id."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.engine.test_import import metapixel
from tests.support.example import NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL, PIXEL_2
from tests.support.programs import Code, permission, program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine


def test_metapixel_import_records_what_a_program_declares_and_writes_a_file_for_the_rest(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "UPLOAD"])
    sim.share(PIXEL_2, NORTHLIGHT, ["ANALYZE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    secret = Code("pulumi.Output.secret('contract 4711')")
    owners = {"credentials": "owner"}
    declared = share("web", PIXEL, NORTHLIGHT, "ANALYZE", "UPLOAD", reason=secret, **owners)
    tokens = {"META_ACCESS_TOKEN_OWNER": "owner-token"}
    made = stack(program(declared), native=True, environment=tokens)

    run = metapixel(made, "--to", "import.json", "--provider", "owner", ok=False)
    made.pulumi("import", "--yes", "--skip-preview", "--file", "import.json", "--out", "printed.py")

    assert "Imported 1 share" in run.output
    app, account = (
        "northlight-media-acme-app",
        f"northlight-media-acme-web-shop-{NORTHLIGHT_ACCOUNT}",
    )
    assert made.statuses() == dict.fromkeys(["web", app, account], "ACTIVE")
    of_account = permission(account, PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT, **owners)
    made.write(program(declared, share(app, PIXEL_2, NORTHLIGHT, **owners), of_account))
    made.expect_no_changes()
    assert "contract 4711" not in made.export()
