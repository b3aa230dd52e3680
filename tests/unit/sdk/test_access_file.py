"""The mistakes that a program reports before it declares the access of a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pulumi
import pytest

from pulumi_metapixel import declare_access_file
from pulumi_metapixel._names import unknown_keys


@pytest.mark.parametrize("package", ["pydantic", "ruamel.yaml"])
def test_without_the_extra_the_error_names_it(package: str) -> None:
    code = (
        "import sys\n"
        f"sys.modules[{package!r}] = None\n"
        "from pulumi_metapixel import declare_access_file\n"
        "declare_access_file('access.yaml')"
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
        "warning: agency_credentials: there is no 'northlight'",
        "warning: moved_from: there is no 'northlight-shop'",
    ]


def test_a_hint_names_a_similar_key() -> None:
    (sentence,) = unknown_keys("sets", ["northligt"], {"northlight", "harbour"})

    assert sentence == "sets: there is no 'northligt'; did you mean 'northlight'?"
