"""METAPIXEL_TRACE: a line for each call to Meta, in a file."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from metapixel_provider.errors import ConfigurationError, OutcomeUnknownError
from metapixel_provider.graph.calls import Call
from metapixel_simulator import Simulator
from tests.conftest import Approve
from tests.support.example import PIXEL, PIXEL_2, PIXEL_3
from tests.unit.conftest import SHARE, ClientMaker

_SECRETS = ("secured-token", "example-app-secret")
#: Parts of lines that differ from run to run.
_VARIES = {r"\d{4}-\S+\+00:00": "TIME", r'(?<="seconds": )\d+\.\d+': "0.1", r"A\w{9,}": "TRACE"}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the trace, which existed before."""
    file = tmp_path / "calls.jsonl"
    file.write_text('{"of": "another process"}\n')
    file.chmod(0o644)
    monkeypatch.setenv("METAPIXEL_TRACE", str(file))
    return file


def test_each_call_and_each_attempt_is_a_line_without_secrets(
    sim: Simulator, client: ClientMaker, file: Path, approve: Approve
) -> None:
    made = client(*_SECRETS)

    made.get(PIXEL, {"fields": "id"})
    made.get_many([Call("GET", PIXEL), Call("GET", "404")])
    sim.fault(path=PIXEL_2, kind="graph_error")
    made.get_many([Call("GET", PIXEL_2), Call("GET", PIXEL_3)])
    sim.fault("POST agencies", kind="reset")
    with pytest.raises(OutcomeUnknownError):
        made.write(SHARE)
    made.write(SHARE)

    text = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert all(secret not in text for secret in (*_SECRETS, "appsecret_proof"))
    for varying, word in _VARIES.items():
        text = re.sub(varying, word, text)
    approve("trace.txt", text)


@pytest.mark.parametrize("path", ["calls.jsonl", "/nowhere/calls.jsonl", "/"])
def test_a_file_that_cannot_be_written_is_an_error_before_the_first_call(
    sim: Simulator, client: ClientMaker, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setenv("METAPIXEL_TRACE", path)

    with pytest.raises(ConfigurationError, match="METAPIXEL_TRACE"):
        client().get(PIXEL)

    assert not sim.raw_urls


def test_a_line_that_cannot_be_written_fails_nothing(
    client: ClientMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    monkeypatch.setenv("METAPIXEL_TRACE", f"/dev/fd/{writer}")
    made = client()
    os.close(reader)

    assert made.get(PIXEL)["id"] == PIXEL

    os.close(writer)
