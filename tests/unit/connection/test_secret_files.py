"""Secrets in files that variables name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_provider.errors import ConfigurationError
from tests.unit.connection.support import configuration

Written = Callable[[bytes], str]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes a secret into a file, and returns its path."""

    def write(content: bytes) -> str:
        path = tmp_path / "secret"
        path.write_bytes(content)
        return str(path)

    return write


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"], ids=["none", "unix", "windows"])
def test_a_token_is_read_from_the_file_that_a_variable_names(written: Written, end: bytes) -> None:
    found = configuration({}, {"META_ACCESS_TOKEN_FILE": written(b"token" + end)})

    assert found.sets.credentials(None).access_token == "token"
    assert found.sets.credentials(None).source == "META_ACCESS_TOKEN_FILE"
    assert found.sets.names() == frozenset()


def test_a_byte_order_mark_at_the_beginning_of_a_file_is_ignored(written: Written) -> None:
    found = configuration({}, {"META_ACCESS_TOKEN_FILE": written(b"\xef\xbb\xbftoken")})

    assert found.sets.credentials(None).access_token == "token"


def test_a_named_set_reads_token_and_app_secret_from_files(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("token")
    (tmp_path / "secret").write_text("secret")
    found = configuration(
        {},
        {
            "META_ACCESS_TOKEN_MY_AGENCY_FILE": str(tmp_path / "token"),
            "META_APP_SECRET_MY_AGENCY_FILE": str(tmp_path / "secret"),
        },
    )

    credentials = found.sets.credentials("my-agency")

    assert (credentials.access_token, credentials.app_secret) == ("token", "secret")
    assert found.sets.wrong_name("my-agency") is None


def test_the_app_secret_in_a_file_wins_over_the_generic_variable(written: Written) -> None:
    environment = {
        "META_ACCESS_TOKEN": "t",
        "META_APP_SECRET_FILE": written(b"file"),
        "APP_SECRET": "generic",
    }

    assert configuration({}, environment).sets.credentials(None).app_secret == "file"


@pytest.mark.parametrize(
    "variable",
    ["META_ACCESS_TOKEN", "META_APP_SECRET", "META_ACCESS_TOKEN_AGENCY", "META_APP_SECRET_AGENCY"],
)
def test_a_value_and_a_file_together_are_refused_and_both_are_named(
    written: Written, variable: str
) -> None:
    environment = {variable: "EAAvalue", f"{variable}_FILE": written(b"EAAfile")}
    found = configuration({}, environment)

    with pytest.raises(ConfigurationError) as raised:
        found.check()

    assert f"{variable} and {variable}_FILE are both set" in str(raised.value)
    assert "EAA" not in str(raised.value)


def test_a_value_and_a_file_together_are_refused_where_nothing_is_checked(written: Written) -> None:
    environment = {"META_ACCESS_TOKEN": "t", "META_ACCESS_TOKEN_FILE": written(b"t")}

    with pytest.raises(ConfigurationError, match="META_ACCESS_TOKEN_FILE are both set"):
        configuration({}, environment).sets.credentials(None)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"EAAcanary\xff", "not UTF-8"),
        (b"EAAcanary" * 10_000, "larger than 65536 bytes"),
    ],
    ids=["empty", "line", "latin", "large"],
)
def test_a_file_without_a_secret_is_named_and_its_content_is_not(
    written: Written, content: bytes, why: str
) -> None:
    path = written(content)

    with pytest.raises(ConfigurationError) as raised:
        configuration({}, {"META_ACCESS_TOKEN_FILE": path}).sets.credentials(None)

    assert f"META_ACCESS_TOKEN_FILE names ('{path}')" in str(raised.value)
    assert why in str(raised.value)
    assert "canary" not in str(raised.value)


def test_a_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    path = str(tmp_path / "missing")

    with pytest.raises(ConfigurationError, match=f"'{path}'.*No such file"):
        configuration({}, {"META_ACCESS_TOKEN_FILE": path}).sets.credentials(None)


@pytest.mark.timeout(10)
def test_a_pipe_and_a_folder_are_no_files_and_nothing_waits_for_them(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(ConfigurationError, match="not a regular file"):
            configuration({}, {"META_ACCESS_TOKEN_FILE": str(path)}).sets.credentials(None)


def test_a_token_in_the_variable_of_a_file_is_not_shown() -> None:
    with pytest.raises(ConfigurationError, match="META_ACCESS_TOKEN_FILE") as raised:
        configuration({}, {"META_ACCESS_TOKEN_FILE": "EAAcanary"}).sets.credentials(None)

    assert "canary" not in str(raised.value)


@pytest.mark.parametrize("variable", ["META_ACCESS_TOKEN_FILE", "META_APP_SECRET_FILE"])
def test_a_variable_that_names_no_file_is_an_error(variable: str) -> None:
    environment = {"ACCESS_TOKEN": "t", "APP_SECRET": "s", variable: ""}

    with pytest.raises(ConfigurationError, match=f"{variable} is set, but empty"):
        configuration({}, environment).sets.credentials(None)


def test_a_check_reads_no_file() -> None:
    configuration({}, {"META_ACCESS_TOKEN_FILE": "/nowhere/token"}).check()
