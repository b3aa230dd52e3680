"""The mistakes that a program reports before it declares the access of a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pulumi
import pytest

from pulumi_metapixel import declare_access_file

FILE = """
version: 1
owner: "1"
pixels: {shop: "2"}
agencies:
  northlight: {business: "3", access: {shop: [ANALYZE]}}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "access.yaml"
    found.write_text(FILE)
    return found


@pytest.mark.parametrize("package", ["pydantic", "ruamel.yaml"])
def test_without_the_extra_the_error_names_it(path: Path, package: str) -> None:
    code = (
        "import sys\n"
        f"sys.modules[{package!r}] = None\n"
        "from pulumi_metapixel import declare_access_file\n"
        f"declare_access_file({str(path)!r})"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert run.stderr.splitlines()[-1] == (
        f"pulumi.errors.RunError: declare_access_file needs the package {package}: install the "
        f"extra `access-file` (pulumi-metapixel[access-file]) into the virtual environment of the "
        f"program"
    )


def test_a_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(pulumi.RunError, match="the file cannot be read"):
        declare_access_file(tmp_path / "missing.yaml")


def test_credentials_of_an_agency_that_the_file_lacks_are_refused(path: Path) -> None:
    with pytest.raises(pulumi.RunError, match="agency_credentials: there is no 'northligt'; did"):
        declare_access_file(path, agency_credentials={"northligt": "set"})


def test_a_former_name_of_a_resource_that_the_file_lacks_is_refused(path: Path) -> None:
    with pytest.raises(pulumi.RunError, match="moved_from: there is no 'shop'; did you mean 'nor"):
        declare_access_file(path, moved_from={"shop": "old"})
