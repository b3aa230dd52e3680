"""Answers of any form end in a report, and never in a traceback."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metapixel_cli.doctor import sets
from tests.cli.doctor.diagnosis import invoke
from tests.support.byte_server import ByteServer, Request, answer

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = SCALARS | st.sampled_from(["1", 0, -1, 10**30, [], {}, "granted", "USER"])
KEYS = st.sampled_from(
    [
        *("id", "name", "data", "paging", "permission", "status", "scopes", "type", "app_id"),
        *("application", "expires_at", "data_access_expires_at", "error", "is_valid", "code"),
        *("message", "owner_business", "permitted_tasks", "granular_scopes"),
    ]
)
BODIES = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
ENTRIES = st.lists(st.tuples(st.sampled_from([200, 200, 200, 400, 500]), BODIES), min_size=1)


@settings(max_examples=60)
@given(entries=ENTRIES)
def test_any_answer_ends_in_a_report(entries: list[tuple[int, object]]) -> None:
    position = 0

    def following() -> dict[str, object]:
        nonlocal position
        position += 1
        code, body = entries[position % len(entries)]
        return {"code": code, "headers": [], "body": json.dumps(body)}

    def script(request: Request) -> list[bytes]:
        form = parse_qs(request.body.decode())
        if "batch" in form:
            count = len(json.loads(form["batch"][0]))
            return [answer(json.dumps([following() for _ in range(count)]).encode())]
        return [answer(str(following()["body"]).encode())]

    with ByteServer(script) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sets, "_ATTEMPTS", 1)  # without the pauses between attempts
        options = ("--json", "--skip", "versions", "--pixel", "1", "--business", "2")
        result = invoke(server.url, *options, META_ACCESS_TOKEN="a-token-of-this-test")

    assert result.exit_code in (0, 1, 4), result.exception
    assert json.loads(result.stdout)["findings"]
