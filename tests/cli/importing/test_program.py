"""The Python module that an import writes."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from metapixel_cli.importing.program import draft_module, module
from metapixel_cli.stacks.errors import StackError
from tests.cli.importing.estates import OWNER, agency, pixel, selected
from tests.conftest import Approve

NORTHLIGHT = agency("2002345678900222", "ANALYZE", "ADVERTISE", name="Northlight Média")
HARBOUR = agency("3003456789000333", name="Harbour")
SHOP = pixel(
    "1290034567800001",
    HARBOUR,
    NORTHLIGHT,
    name="Shop DE",
    accounts={NORTHLIGHT.id: ["507700000000221"]},
)


def names(text: str) -> list[str]:
    """Return the names of the resources in a module, and the labels of the pixels."""
    nodes = [*ast.walk(ast.parse(text))]
    calls = [node for node in nodes if isinstance(node, ast.Call) and node.args]
    labels = [key for node in nodes if isinstance(node, ast.Dict) for key in node.keys if key]
    return [ast.unparse(name) for name in (*(call.args[0] for call in calls), *labels)]


def test_a_module_is_as_approved(approve: Approve) -> None:
    approve("import-module.txt", module(selected(SHOP), (), None))


def test_a_module_has_the_layout_of_ruff(tmp_path: Path) -> None:
    (tmp_path / "access.py").write_text(module(selected(SHOP), (), "owner"))

    command = [sys.executable, "-m", "ruff", "format", "--check", "--isolated", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)


def test_a_name_cannot_end_its_comment() -> None:
    node = agency("2002345678900222", name="日本\nimport os\u2028\u202e\x85")
    shop = pixel("1290034567800001", node, name="Shop\r\nraise")

    text = module(selected(shop), (), None)

    assert "# 日本 import os (2002345678900222)\n" in text
    assert "  # Shop raise\n" in text
    assert all(line.isprintable() for line in text.split("\n"))


def test_a_business_without_a_name_is_named_by_its_id() -> None:
    nobody = pixel("1290034567800001", accounts={"77": ["9"]})

    assert "\n# business 77\nfor " in module(selected(nobody), (), None)


def test_a_name_that_the_program_uses_already_gets_the_id_of_the_pixel_or_a_number() -> None:
    of_harbour = {"harbour", "harbour-shop-de", "harbour-2-shop-de-1290034567800001"}
    taken = {*of_harbour, "northlight-media-shop-de-507700000000221"}

    assert names(module(selected(SHOP), taken, None)) == [
        "'harbour-3'",
        "'northlight-media'",
        "'shop-de-1290034567800001'",
        "'shop-de-1290034567800001'",
    ]


def test_an_ad_account_that_its_share_does_not_allow_has_a_permission_after_the_component() -> None:
    uploads = agency("3003456789000333", "UPLOAD", name="24 Hours")
    shop = pixel("1290034567800001", uploads, name="Shop", accounts={uploads.id: ["5077"]})

    text = module(selected(shop), (), None)

    # A variable of Python cannot begin with a digit.
    assert names(text) == ["'24-hours'", "f'24-hours-shop-{ad_account_id}'", "'shop'"]
    assert "depends_on=[access_24_hours]" in text


def test_an_ad_account_of_the_owner_depends_on_no_share() -> None:
    own = pixel("1290034567800001", name="Shop", accounts={OWNER: ["507700000000221"]})

    text = module(selected(own), (), "own 'set'")

    assert "ResourceOptions" not in text
    assert "AgencyAccess" not in text
    assert """credentials="own 'set'",""" in text
    assert names(text) == ["f'acme-shop-{ad_account_id}'"]


def test_a_module_is_written_once_and_never_edited(tmp_path: Path) -> None:
    draft = partial(draft_module, tmp_path / "access.py", None, selected(SHOP), ())
    new = draft()

    assert new.advice.endswith("/access.py yet. Add this code:\n    import access")
    new.path.write_text(new.text)
    assert draft().text == ""
    new.path.write_text("print()\n")
    with pytest.raises(StackError, match="name another file with --to"):
        draft()
