"""Answers of any form, and data that the simulator does not return, end in a report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metapixel_cli.doctor import sets
from metapixel_cli.doctor.check_results import CheckResult
from metapixel_cli.doctor.credentials import app_access, description
from metapixel_cli.doctor.sets import CredentialSet, TokenData
from metapixel_cli.doctor.setup import clock
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.graph.clock import TOLERATED_FOR_WRITES
from tests.cli.doctor.diagnosis import diagnose, invoke
from tests.support.byte_server import ByteServer, Request, answer

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = SCALARS | st.sampled_from(["1", 0, -1, 10**30, [], {}, "granted", "USER"])
KEYS = st.sampled_from(
    [
        *("id", "name", "data", "paging", "permission", "status", "scopes", "type", "app_id"),
        *("application", "expires_at", "error", "is_valid", "code"),
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


def test_a_name_and_a_tier_are_kept_if_a_later_response_lacks_them() -> None:
    usage = json.dumps({"2": [{"ads_api_access_tier": "standard_access"}]})
    tier = [{"name": "X-Business-Use-Case-Usage", "value": usage}]
    scopes = [
        {"permission": name, "status": "granted"} for name in ("business_management", "ads_read")
    ]
    bodies = {
        "me/permissions": {"data": scopes},
        "me/businesses": {"data": [{"id": "2", "name": "Acme"}]},
    }

    def script(request: Request) -> list[bytes]:
        form = parse_qs(request.body.decode())
        if "batch" not in form:
            return [answer(json.dumps({"id": "1", "owner_business": {"id": "2"}}).encode())]
        responses = []
        for call in json.loads(form["batch"][0]):
            body = bodies.get(call["relative_url"].partition("?")[0], {})
            headers = tier if body else []
            responses.append({"code": 200, "headers": headers, "body": json.dumps(body)})
        return [answer(json.dumps(responses).encode())]

    with ByteServer(script) as server:
        options = ("--pixel", "1", "--skip", "token-description")
        tokens = {"META_ACCESS_TOKEN": "a-token-of-this-test", "META_ACCESS_TOKEN_SHOP": ""}
        found = diagnose(server.url, *options, **tokens)

    assert found.of("clock").text == "Meta's responses did not state the time"
    assert found.of("share-app-access").text == "the app has full access"
    assert found.of("pixel-owner").text.startswith("admin of business Acme (2), which owns pixel 1")


NO_TOKEN = (None, Configuration(lambda _: None, {}), ConfigurationError())


def of_tier(tier: str) -> Iterable[CheckResult]:
    return [app_access(CredentialSet(*NO_TOKEN, tier=tier))]


def of_kind(kind: str) -> Iterable[CheckResult]:
    token = TokenData(kind, "", None, frozenset())
    return description(CredentialSet(*NO_TOKEN, token=token), datetime.now(UTC))


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        (of_tier("development_access"), ("share-app-access", "error")),
        (of_tier("standard_access"), ("share-app-access", "success")),
        (of_tier("another"), ("share-app-access", "unknown")),
        (clock(TOLERATED_FOR_WRITES, ()), ("clock", "warning")),
        (of_kind(""), ("token-user", "error")),
        (of_kind("PAGE"), ("token-user", "error")),
    ],
)
def test_a_finding_about_data_that_the_simulator_does_not_return(
    findings: Iterable[CheckResult], expected: tuple[str, str]
) -> None:
    assert expected in [(each.check, each.result) for each in findings]
