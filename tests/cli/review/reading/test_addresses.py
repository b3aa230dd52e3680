"""The addresses of calls: of the stack's configuration, and of each provider."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from metapixel_cli.commands import metapixel
from metapixel_cli.review.reading.output import read
from tests.cli.review.streams import SECRET, UNKNOWN, Event, active, share, step, stream

META, EVIL = "https://graph.facebook.com", "https://evil.example/meta"
SHARE = step("same", active(), share())
URN = "urn:pulumi:prod::shop::pulumi:providers:metapixel"


def provider(address: object, name: str = "own", side: str = "new", kind: str = "") -> Event:
    urn = f"{URN}::{name}".replace("metapixel", kind or "metapixel")
    given = {"inputs": {"metapixel:graphUrl" if kind else "graphUrl": address}}
    metadata = {"op": "same", "urn": urn, "type": urn.split("::")[2], side: given}
    return {"resourcePreEvent": {"metadata": metadata}}


def configured(address: object, *events: Event) -> bytes:
    """A stream of a stack whose configuration contains an address."""
    first, rest = stream(*events).split(b"\n", 1)
    prelude = json.loads(first) | {"preludeEvent": {"config": {"metapixel:graphUrl": address}}}
    return json.dumps(prelude).encode() + b"\n" + rest


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (stream(SHARE), ()),
        (configured(META, SHARE, provider(META)), ()),
        (configured(f" {EVIL}/ ", SHARE), (EVIL,)),
        *[(configured(hidden, SHARE), (None,)) for hidden in ("[secret]", SECRET, [EVIL])],
        (stream(SHARE).split(b"\n", 1)[1], (None,)),
        *[(stream(SHARE, provider(EVIL, side=side)), (EVIL,)) for side in ("old", "new")],
        (stream(provider(EVIL, kind="pulumi-python")), (EVIL,)),
        (configured(EVIL, provider("http://127.0.0.1:1")), ("http://127.0.0.1:1", EVIL)),
        (stream(provider(UNKNOWN)), (None,)),
        (stream({"resOutputsEvent": provider(EVIL)["resourcePreEvent"]}), (EVIL,)),
    ],
)
def test_an_address_that_is_not_metas_or_cannot_be_read_is_found(
    data: bytes, found: tuple[str | None, ...]
) -> None:
    assert read(data).addresses == found


@pytest.mark.parametrize(
    ("data", "allowed", "code"),
    [
        (stream(SHARE), META, 0),
        (configured(EVIL, SHARE), "", 3),
        (configured(EVIL, SHARE), META, 3),
        (configured(EVIL, SHARE), "https://evil.example", 3),
        (configured(EVIL, SHARE), f"{EVIL}/", 0),
        (stream(SHARE, provider(UNKNOWN)), EVIL, 3),
        (configured(EVIL, SHARE, provider(UNKNOWN)), EVIL, 3),
    ],
)
def test_only_one_other_address_is_allowed_and_never_an_unknown_one(
    data: bytes, allowed: str, code: int
) -> None:
    command = ["review", "--fail-on", "address"]
    allowing = {"METAPIXEL_ONLY_GRAPH_URL": allowed}

    assert CliRunner().invoke(metapixel, command, input=data, env=allowing).exit_code == code
    command += ["--graph-url", allowed]
    assert CliRunner().invoke(metapixel, command, input=data).exit_code == code


def test_an_address_that_is_not_metas_follows_the_headline_and_is_in_place_of_meta() -> None:
    drift = step("refresh", active(), active(("ANALYZE", "EDIT")))
    data = configured(EVIL, drift, step("same", active(), share()))

    lines = CliRunner().invoke(metapixel, ["review"], input=data).stdout.splitlines()
    shown = [line.replace("&#8203;", "").replace("\\", "") for line in lines]

    assert shown[1].startswith(f"### ⚠️ Changed at {EVIL} (not Meta) by hand: ")
    called = f"⚠️ **The calls go to {EVIL} (not Meta), wherever this review says Meta**"
    assert shown.index(called) == 5
    assert f"#### Changed at {EVIL} (not Meta) since the last update" in shown
    assert f"- {EVIL} (not Meta): the preview read every resource of the state." in shown
