"""The mistakes that a program reports before it declares the access of a file."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pytest

from pulumi_metapixel import declare_access_file


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
