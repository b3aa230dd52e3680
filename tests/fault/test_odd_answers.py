"""An answer that lacks what was asked for is none: never "gone", "no tasks" or success."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import responses

from metapixel_provider.errors import REPORT, OutcomeUnknownError
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.patience import Patience
from metapixel_provider.sharing import writes
from metapixel_provider.sharing.edges import RECEIVED, SENT
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.nodes import WriteResult
from metapixel_provider.sharing.tasks import Task
from metapixel_provider.sharing.writes import Write
from metapixel_provider.texts import from_outside
from tests.fault.hostile import VALUES
from tests.unit.conftest import known_clock

URL = "https://graph.example"
PIXEL = f"{URL}/v26.0/1"
ONCE = Patience(read_attempts=1, outage=0)
TOKEN = "token-of-mine"
AGENCY = {"id": "2", "name": "Agency", "permitted_tasks": ["ANALYZE"]}

#: No id: none of these may become part of a path, a resource id or the state.
NO_IDS = [each for each in VALUES if repr(each) != "0"]
GIVEN = [each for each in NO_IDS if each not in (None, "")]
#: No word: cleaned, most of the texts would be a task or a status.
NO_WORDS = [
    *("EDIT\u200b", " EDIT", "EDIT\n", "EDIT\ud800", "EDIT\x00", "E" * 65, ["EDIT"], {"EDIT": 1}),
    *(each for each in VALUES if not isinstance(each, str) or not re.fullmatch("[!-~]+", each)),
]


def meta() -> Meta:
    return Meta(Client(Credentials(TOKEN), URL, patience=ONCE, clock=known_clock()))


#: The path of each read, and its call.
READS: dict[str, tuple[str, Callable[[Meta], object]]] = {
    "pixel": ("1", lambda it: it.pixel("1")),
    "agency": ("1/agencies", lambda it: it.agency("1", "2")),
    "permission": ("1/shared_accounts", lambda it: it.permits("1", "2", "3")),
    "request": ("1", lambda it: it.request("1")),
    "pixel of a client": ("9/client_pixels", lambda it: it.tasks_of("9", "1")),
    "received": ("9/received_sharing_agreements", lambda it: it.requests(RECEIVED, "9")),
    "sent": ("9/initiated_sharing_agreements", lambda it: it.requests(SENT, "9", "2")),
}
NO_ACCOUNTS = [{}, {"id": "act_x"}, {"account_id": None}, {"id": 1.0}, {"id": "1/2"}]
NO_LISTS = [[], "none", {"data": None}, {"data": [None]}]
NO_END = {"data": [AGENCY], "paging": {"next": f"{PIXEL}/agencies"}}
NO_TASKS = [None, "ANALYZE", [f"TASK_{number}" for number in range(1000)]]
#: Places in the answers to a read, with what is odd there.
PLACES: list[tuple[str, str, list[Any]]] = [
    ("pixel", "ODD", [{}, {"foo": 1}]),
    ("pixel", '{"id": ODD}', ["7", *NO_IDS]),
    ("pixel", '{"id": "1", "owner_business": ODD}', ["9", [{"id": "9"}]]),
    ("pixel", '{"id": "1", "owner_business": {"id": ODD}}', GIVEN),
    ("agency", "ODD", [*NO_LISTS, NO_END]),
    ("agency", '{"data": [{"id": ODD, "permitted_tasks": ["ANALYZE"]}]}', NO_IDS),
    ("agency", '{"data": [{"id": "2", "permitted_tasks": ODD}]}', NO_TASKS),
    ("agency", '{"data": [{"id": "2", "permitted_tasks": ["ANALYZE", ODD]}]}', NO_WORDS),
    ("permission", '{"data": [ODD]}', NO_ACCOUNTS),
    ("request", '{"id": ODD, "request_status": "APPROVE"}', ["8", *NO_IDS]),
    ("request", '{"id": "1", "request_status": ODD}', NO_WORDS),
    ("pixel of a client", '{"data": [{"id": ODD}]}', NO_IDS),
    ("received", '{"data": [{"id": ODD, "request_status": "PENDING"}]}', NO_IDS),
    ("sent", '{"data": [{"id": ODD, "request_status": "PENDING"}]}', NO_IDS),
]


def error_of(read: str, answer: object) -> str:
    """The error of a read, which is to refuse this answer as unreadable."""
    path, call = READS[read]
    with responses.RequestsMock() as mocked:
        body = answer if isinstance(answer, str) else json.dumps(answer)
        mocked.get(f"{URL}/v26.0/{path}", body=body)
        with pytest.raises(OutcomeUnknownError) as raised:
            call(meta())
    return str(raised.value)


@pytest.mark.parametrize(("read", "answer", "values"), PLACES)
def test_an_odd_value_is_no_answer(read: str, answer: str, values: list[object]) -> None:
    for value in values:
        error = error_of(read, answer.replace("ODD", json.dumps(value)))

        assert error.isprintable()
        assert len(error) < 500


@pytest.mark.parametrize(
    ("agency", "seen"),
    [
        ({"id": "2", "permitted_tasks": [5]}, "permitted_tasks: [5])"),
        ({"id": "2", "permitted_tasks": ["EDIT\u200b"]}, "permitted_tasks: ['EDIT"),
        ({"id": "2", "permitted_tasks": "x" * 100_000}, "permitted_tasks: xx"),
        ({"id": "2", "tasks": ["ANALYZE"]}, "only id, tasks)"),
        ({}, "no field)"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_an_error_has_the_unknown_part(agency: object, seen: str) -> None:
    error = error_of("agency", {"data": [agency]})

    assert "the agencies of pixel 1: an answer without the requested" in error
    assert f"Meta returned {seen}" in error
    assert error.endswith(REPORT)


def test_the_unknown_part_contains_no_token() -> None:
    # The token crosses the limit of a message, so half of it would remain if it were cut first.
    for padding in (0, 90, 92):
        agency = {"id": "2", "permitted_tasks": "x" * padding + TOKEN}
        assert TOKEN[:6] not in error_of("agency", {"data": [agency]})


@responses.activate
def test_ids_that_come_as_numbers_are_ids() -> None:
    responses.get(PIXEL, json={"id": 1, "owner_business": {"id": 9}})
    responses.get(f"{PIXEL}/agencies", json={"data": [{**AGENCY, "id": 2}]})

    found = meta().pixel("1")

    assert (found.id, found.owner_id) == ("1", "9")
    assert meta().agency("1", "2") is not None


@pytest.mark.parametrize("name", ["Agency 大小 👍", *VALUES], ids=lambda value: ascii(value)[:30])
def test_a_name_is_one_clean_line_or_empty(name: object) -> None:
    with responses.RequestsMock() as mocked:
        mocked.get(PIXEL, body=json.dumps({"id": "1", "name": name}))
        mocked.get(f"{PIXEL}/agencies", body=json.dumps({"data": [{**AGENCY, "name": name}]}))
        mocked.get(f"{URL}/v26.0/9", body=json.dumps({"id": "9", "name": name}))
        found = meta().agency("1", "2")
        assert found is not None
        shown, *others = meta().pixel("1").name, found.name, meta().business_name("9")

    assert others == [shown] * 2
    assert shown == (from_outside(name, 300) if isinstance(name, str) else "")


#: Answers to a write that do not report its success.
ODD_TRUTHS: list[object] = ["true", 1, []]
NO_SUCCESSES: list[object] = [
    *(None, {}, {"foo": 1}, {"success": "yes"}, {"success": None}),
    *({"success": True, "requires_admin_approval": each} for each in ODD_TRUTHS),
]
ODD_REQUESTS = [{"success": True, "pending_request_id": each} for each in GIVEN]


@pytest.mark.parametrize(
    ("write", "answers"),
    [
        (writes.share("1", "2", [Task.ANALYZE]), [*NO_SUCCESSES, *ODD_REQUESTS]),
        (writes.unshare("1", "2"), NO_SUCCESSES),
        (writes.permit("1", "2", "3"), NO_SUCCESSES),
        (writes.withdraw("1", "2", "3"), NO_SUCCESSES),
    ],
)
def test_a_write_without_an_answer_that_says_success_may_have_taken_effect(
    write: Write, answers: list[object]
) -> None:
    for body in answers:
        with responses.RequestsMock() as mocked:
            sent = mocked.add(write.call.method, re.compile(".*"), body=json.dumps(body))
            with pytest.raises(OutcomeUnknownError, match=r"pixel 1.*may have taken") as raised:
                meta().write(write)

        assert "nothing" not in str(raised.value)
        assert sent.call_count == 1


@responses.activate
@pytest.mark.parametrize("value", [None, ""])
def test_a_share_without_a_request_id_waits_for_nobody(value: object) -> None:
    responses.post(f"{PIXEL}/agencies", json={"success": True, "pending_request_id": value})

    assert meta().write(writes.share("1", "2", [])) == WriteResult()


@responses.activate
def test_the_error_of_a_read_advises_to_run_the_command_again() -> None:
    responses.get(re.compile(".*"), status=502)

    with pytest.raises(OutcomeUnknownError, match="changed nothing, so run the command again"):
        meta().pixel("1")
