"""The report of the suite: differences are found, and it has no ids, names or tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from metapixel_simulator import Relationship
from tests.live.living import QUICK, Live
from tests.live.outcome import Outcome, outcome, shape
from tests.support.example import HARBOUR, OWNER

PROFILE = """\
version: 1
probed_on: "2026-11-26"
api_version: v26.0
switches:
  request_node: {verdict: other, answer: BusinessAgreement, seen: a read was refused}
"""


def test_equal_simulators_agree_in_every_row(suite: Live) -> None:
    result = suite.run()

    assert result.exit_code == 0, result.output
    assert {row["verdict"] for row in suite.rows} == {"agreed"}
    assert suite.completed == set(QUICK)
    assert suite.is_restored


def test_calls_with_a_proof_of_the_app_secret_agree_too(suite: Live) -> None:
    suite.sim.set(require_appsecret_proof=True)
    secured = {"META_ACCESS_TOKEN": "secured-token", "META_APP_SECRET": "example-app-secret"}

    result = suite.run("agency", "batch", environment=secured)

    assert result.exit_code == 0, result.output
    assert suite.completed == {"agency", "batch"}
    assert "example-app-secret" not in result.output
    assert suite.is_restored


def test_a_simulator_with_another_switch_differs(suite: Live) -> None:
    suite.sim.set(request_node="BusinessAgreement")

    result = suite.run()

    assert result.exit_code == 3, result.output
    assert suite.verdicts("differs") == {
        ("sibling-node", "GET {request}"),
        ("sibling-node", "the act"),
        ("sibling-node", "access after the act"),
    }
    (row,) = (row for row in suite.rows if row["subject"] == "GET {request}" and "sib" in str(row))
    assert re.match(r"400 \(100\) \{error: \{", row["meta"][0])  # type: ignore[index]
    assert row["simulator"] == [
        "200 {id: text, initiator: {id: text, name: text}, recipient: {id: text, name: text}, "
        "request_status: text}"
    ]
    assert suite.verdicts("not run") == {("sibling-node", "POST {request}")}
    assert suite.is_restored


def test_with_a_profile_of_this_switch_both_agree_again(suite: Live, tmp_path: Path) -> None:
    suite.sim.set(request_node="BusinessAgreement")
    profile = tmp_path / "profile.yaml"
    profile.write_text(PROFILE)

    result = suite.run(PROFILE=str(profile))

    assert suite.verdicts("differs") == set()
    assert suite.completed == set(QUICK) - {"sibling-node"}
    assert suite.is_restored
    # An act that fails on both sides proves nothing about the calls after the failure.
    assert (result.exit_code, suite.verdicts("failed")) == (3, {("sibling-node", "the act")})


def test_another_key_in_an_answer_differs(suite: Live) -> None:
    suite.sim.set(admin_approval="grants")

    assert suite.run("agency").exit_code == 3
    assert ("agency", "POST {pixel}/agencies") in suite.verdicts("differs")
    assert suite.is_restored


def test_the_acts_about_requests_are_not_run_with_an_agency_that_works_with_the_owner(
    suite: Live,
) -> None:
    suite.sim.world.add(Relationship(OWNER, HARBOUR))

    result = suite.run()

    assert result.exit_code == 0, result.output
    assert suite.verdicts("not run") == {("request", ""), ("sibling-node", "")}
    assert "the agency already works with the owner, so Meta opens no request" in str(suite.rows)


@pytest.mark.parametrize("switch", [{}, {"request_node": "BusinessAgreement"}])
def test_neither_the_report_nor_the_output_has_a_secret_and_the_report_has_no_id_or_name(
    suite: Live, switch: dict[str, object]
) -> None:
    suite.sim.set(**switch)

    result = suite.run()

    world = suite.sim.world
    files = [path.read_text() for path in suite.folder.glob("report.*")]
    assert len(files) == 2
    for token in world.tokens:
        assert token not in result.output
    table = result.stdout.partition("Begin?")[2]
    names = [each.name for each in world.businesses.values()]
    names += [each.name for each in world.pixels.values()]
    for text in (*files, table.partition("Wrote")[0]):
        assert not re.search(r"\d{7}", text)
        assert not any(name in text for name in names)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ({"id": "1", "tasks": ["A", "B"]}, "{id: text, tasks: [text]}"),
        ({"data": []}, "{data: []}"),
        ([{"b": 1}, {"b": None}, {"b": True}], "[{b: boolean} or {b: null} or {b: number}]"),
        ({"1290034567800001": {}, "Acme Outdoor": {}, "EAAB": {}}, "{(key): {}}"),
    ],
)
def test_the_form_of_an_answer_has_keys_and_types_only(value: object, form: str) -> None:
    assert shape(value) == form


def test_an_outcome_has_the_code_and_the_subcode_of_an_error() -> None:
    body = '{"error": {"message": "No pixel 12", "code": 100, "error_subcode": 33}}'

    found = outcome(400, body)

    assert str(found) == "400 (100, 33)"
    assert found.shape == "{error: {code: number, error_subcode: number, message: text}}"
    assert outcome(502, "<html>") == Outcome(502, shape="no JSON")
