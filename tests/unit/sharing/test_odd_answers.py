"""An answer that lacks what was asked for is none: never "gone", "no tasks" or success."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
import responses

from metapixel_provider.errors import REPORT, OutcomeUnknownError, UnknownAnswerError
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.patience import Patience
from metapixel_provider.sharing import writes
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.nodes import Accepted
from metapixel_provider.sharing.request_lists import RECEIVED, SENT
from metapixel_provider.sharing.tasks import Task
from metapixel_provider.sharing.writes import Write
from tests.unit.conftest import known_clock

URL = "https://graph.example"
PIXEL = f"{URL}/v26.0/1"
ONCE = Patience(read_attempts=1)
ONE = "1"

AGENCY = {"id": "2", "name": "Agency", "permitted_tasks": ["ANALYZE"]}


TOKEN = "token-of-mine"


def meta() -> Meta:
    return Meta(Client(Credentials(TOKEN), URL, patience=ONCE, clock=known_clock()))


def read_agencies(it: Meta) -> object:
    return it.agency(ONE, "2")


#: Paths, their reads, and answers that the reads refuse.
ODD: list[tuple[str, Callable[[Meta], object], list[object]]] = [
    (
        "1",
        lambda it: it.pixel(ONE),
        [
            {},
            {"foo": 1},
            {"id": "7", "name": "another pixel"},
            {"id": "1", "owner_business": "9"},
            {"id": "1", "owner_business": [{"id": "9"}]},
        ],
    ),
    (
        "1/agencies",
        read_agencies,
        [
            [],
            "none",
            {"data": None},
            {"data": [None]},
            {"data": [{"name": "no id", "permitted_tasks": ["ANALYZE"]}]},
            {"data": [{"id": "2", "name": "no tasks"}]},
            {"data": [{"id": "2", "permitted_tasks": "ANALYZE"}]},
            {"data": [{"id": "2", "permitted_tasks": [f"TASK_{n}" for n in range(1000)]}]},
            {"data": [AGENCY], "paging": {"next": f"{PIXEL}/agencies"}},
        ],
    ),
    (
        "1/shared_accounts",
        lambda it: it.permits("1", "2", "3"),
        [
            {"data": [account]}
            for account in ({}, {"id": "act_x"}, {"account_id": None}, {"id": 1.0}, {"id": "1/2"})
        ],
    ),
    (
        "1",
        lambda it: it.request("1"),
        [{"id": "1"}, {"id": "8", "request_status": "APPROVE"}],
    ),
]


@responses.activate
@pytest.mark.parametrize(
    ("path", "read", "answer"),
    [(path, read, answer) for path, read, answers in ODD for answer in answers],
    ids=lambda value: "" if callable(value) else ascii(value)[:40],
)
def test_an_odd_answer_is_no_answer(
    path: str, read: Callable[[Meta], object], answer: object
) -> None:
    responses.get(f"{URL}/v26.0/{path}", json=answer)

    with pytest.raises(OutcomeUnknownError):
        read(meta())


@responses.activate
def test_ids_that_come_as_numbers_are_ids() -> None:
    responses.get(PIXEL, json={"id": 1, "owner_business": {"id": 9}})
    responses.get(f"{PIXEL}/agencies", json={"data": [{**AGENCY, "id": 2}]})

    found = meta().pixel(ONE)

    assert (found.id, found.owner_id) == ("1", "9")
    assert meta().agency(ONE, "2") is not None


#: What is no id: none of these may become part of a path, a resource id or the state.
NO_IDS: list[object] = [
    "me",
    "1/agencies",
    "../1",
    "1?fields=id",
    "1 2",
    "１２３",
    "1\u200b2",
    "-1",
    "1" * 33,
    "1" * 100_000,
    "\ud800",
    -1,
    10**32,
    1.0,
    1e300,
    True,
    False,
    [],
    ["1"],
    {},
    {"id": "1"},
]


def read_odd(path: str, node: object, read: Callable[[Meta], object]) -> str:
    """Reads what is answered with this node, which is to be refused as unreadable: the error."""
    with responses.RequestsMock() as mocked:
        mocked.get(f"{URL}/v26.0/{path}", body=json.dumps(node))
        with pytest.raises(UnknownAnswerError, match="an answer without the requested") as raised:
            read(meta())
    return str(raised.value)


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
def test_an_error_has_the_unknown_part_on_one_short_line(agency: object, seen: str) -> None:
    error = read_odd("1/agencies", {"data": [agency]}, read_agencies)

    assert "the agencies of pixel 1" in error
    assert f"Meta returned {seen}" in error
    assert error.endswith(REPORT)
    assert error.isprintable()
    assert len(error) < 500


def test_the_unknown_part_contains_no_token() -> None:
    # The token crosses the limit of a message, so half of it would remain if it were cut first.
    for padding in (0, 90, 92):
        agency = {"id": "2", "permitted_tasks": "x" * padding + TOKEN}
        error = read_odd("1/agencies", {"data": [agency]}, read_agencies)

        assert TOKEN[:6] not in error


@pytest.mark.parametrize("value", NO_IDS, ids=lambda value: ascii(value)[:30])
def test_an_id_that_is_none_is_no_answer(value: object) -> None:
    agency = {**AGENCY, "id": value}
    read_odd("1", {"id": value}, lambda it: it.pixel(ONE))
    read_odd("1", {"id": "1", "owner_business": {"id": value}}, lambda it: it.pixel(ONE))
    read_odd("1/agencies", {"data": [agency]}, read_agencies)
    read_odd("1", {"id": value, "request_status": "APPROVE"}, lambda it: it.request("1"))
    read_odd("9/client_pixels", {"data": [{"id": value}]}, lambda it: it.tasks_of("9", "1"))
    read_odd(
        "9/received_sharing_agreements",
        {"data": [{"id": value, "request_status": "PENDING"}]},
        lambda it: it.requests(RECEIVED, "9"),
    )
    read_odd(
        "9/initiated_sharing_agreements",
        {"data": [{"id": value, "request_status": "PENDING"}]},
        lambda it: it.requests(SENT, "9", "2"),
    )


@responses.activate
@pytest.mark.parametrize("value", NO_IDS, ids=lambda value: ascii(value)[:30])
def test_a_request_id_that_is_none_leaves_a_share_of_unknown_outcome(value: object) -> None:
    body = json.dumps({"success": True, "pending_request_id": value})
    responses.post(f"{PIXEL}/agencies", body=body)

    with pytest.raises(OutcomeUnknownError, match=r"share pixel 1 with agency 2.*taken effect"):
        meta().write(writes.share(ONE, "2", [Task.ANALYZE]))


@responses.activate
@pytest.mark.parametrize("value", [None, ""])
def test_a_share_without_a_request_id_waits_for_nobody(value: object) -> None:
    responses.post(f"{PIXEL}/agencies", json={"success": True, "pending_request_id": value})

    assert meta().write(writes.share(ONE, "2", [Task.ANALYZE])) == Accepted()


#: What is no word: cleaned, most would be EDIT or APPROVE, or nothing at all.
NO_WORDS: list[object] = [
    "EDIT\u200b",
    " EDIT",
    "EDIT\n",
    "\u202eTIDE",
    "ED\u0131T",
    "EDIT\ud800",
    "EDIT\x00",
    "",
    " ",
    "E" * 65,
    "E" * 100_000,
    None,
    5,
    True,
    ["EDIT"],
    {"EDIT": 1},
]


@pytest.mark.parametrize("value", NO_WORDS, ids=lambda value: ascii(value)[:30])
def test_a_task_or_a_status_is_not_made_of_what_is_none(value: object) -> None:
    agency = {"id": "2", "permitted_tasks": ["ANALYZE", value]}
    status = value.replace("EDIT", "APPROVE") if isinstance(value, str) else value

    read_odd("1/agencies", {"data": [agency]}, read_agencies)
    read_odd("1", {"id": "1", "request_status": status}, lambda it: it.request("1"))


@responses.activate
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Größe 大小 👍", "Größe 大小 👍"),
        ("two\nlines", "two lines"),
        ("\u202eturned", "turned"),
        ("half \ud83d", "half"),
        ("x" * 100_000, "x" * 297 + "..."),
        (5, ""),
        (None, ""),
        (["Acme"], ""),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_names_become_one_clean_line(name: object, shown: str) -> None:
    responses.get(PIXEL, body=json.dumps({"id": "1", "name": name}))
    responses.get(f"{PIXEL}/agencies", body=json.dumps({"data": [{**AGENCY, "name": name}]}))
    responses.get(f"{URL}/v26.0/9", body=json.dumps({"id": "9", "name": name}))

    agency = meta().agency(ONE, "2")

    assert agency is not None
    assert [meta().pixel(ONE).name, agency.name] == [shown] * 2
    assert meta().business_name("9") == shown


NO_TRUTHS: list[object] = ["true", 1, [], {}]
WRITES = [
    writes.unshare(ONE, "2"),
    writes.share(ONE, "2", []),
    writes.permit("1", "2", "3"),
    writes.withdraw("1", "2", "3"),
]


@responses.activate
@pytest.mark.parametrize(
    "answer",
    [
        *({}, {"foo": 1}, {"success": "yes"}, {"success": None}),
        *({"success": True, "requires_admin_approval": value} for value in NO_TRUTHS),
        None,
    ],
    ids=str,
)
@pytest.mark.parametrize("write", WRITES)
def test_a_write_without_an_answer_that_says_success_may_have_taken_effect(
    write: Write, answer: dict[str, object] | None
) -> None:
    status = 200 if answer is not None else 502
    for method in ("POST", "DELETE"):
        responses.add(method, re.compile(".*"), json=answer, status=status)

    with pytest.raises(OutcomeUnknownError, match=r"pixel 1.*may have taken effect") as raised:
        meta().write(write)

    assert "nothing" not in str(raised.value)


@responses.activate
def test_the_error_of_a_read_advises_to_run_the_command_again() -> None:
    responses.get(re.compile(".*"), status=502)

    with pytest.raises(OutcomeUnknownError, match="changed nothing, so run the command again"):
        meta().pixel(ONE)
