"""The mistakes that a program reports before it declares the access of a file."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pytest

from pulumi_metapixel import declare_access_file
from tests.unit.sdk.mocked import run

ACCESS = """
version: 1
owner: "1"
pixels: {shop: "12"}
agencies:
  northlight:
    business: "34"
    previously: [north-light]
    ad_accounts: ["56"]
    access: {shop: [ANALYZE]}
  riverbank:
    business: "35"
    access: {shop: [ANALYZE]}
"""
PROGRAM_TESTS = """
from pathlib import Path
from pulumi_metapixel import declare_access_file

def test_a_resource_of_one_of_two_agencies_has_moved():
    file = Path(__file__).with_name("access.yaml")
    declare_access_file(file, moved_from={"northlight-shop": "old"})

@pulumi.runtime.test
def test_ad_accounts_are_permitted_with_the_set_of_a_former_label():
    file = Path(__file__).with_name("access.yaml")
    access = declare_access_file(file, agency_credentials={"north-light": "agency"})
    (permission,) = access["northlight"].permissions.values()
    return inputs_are(permission, credentials="agency")
"""


def test_a_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(pulumi.RunError, match="the file cannot be read"):
        declare_access_file(tmp_path / "missing.yaml")


def test_keys_that_the_file_lacks_cause_warnings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "access.yaml"
    path.write_text('version: 1\nowner: "1"\n')

    declared = declare_access_file(
        path, agency_credentials={"northlight": "set"}, moved_from={"northlight-shop": "old"}
    )

    assert declared == {}
    assert capsys.readouterr().err.splitlines() == [
        "warning: `agency_credentials`: there is no 'northlight'",
        "warning: `moved_from`: there is no 'northlight-shop'",
    ]


def test_the_credential_set_of_an_agency_is_found_by_a_former_label(tmp_path: Path) -> None:
    (tmp_path / "access.yaml").write_text(ACCESS)

    assert "2 passed" in run(PROGRAM_TESTS, tmp_path)
