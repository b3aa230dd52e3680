"""Whatever a server answers, an operation ends in time, with a value or with a clean error.

METAPIXEL_HOSTILE is the number of rounds, METAPIXEL_SEED another seed. A round is one operation
against a server that spoils about every second answer.
"""

from __future__ import annotations

import dataclasses
import os
import random
import re
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import partial
from urllib.parse import unquote

import pytest
import requests

from metapixel_provider.errors import GraphError
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.patience import Patience
from metapixel_provider.sharing import writes
from metapixel_provider.sharing.edges import RECEIVED
from metapixel_provider.sharing.estate.observe import read_estate
from metapixel_provider.sharing.estate.offboarding import read_remains
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.status import RequestStatus
from metapixel_provider.sharing.tasks import Task
from metapixel_provider.sharing.writes import Write
from metapixel_simulator import Simulator, World
from tests.fault.hostile import Answer, Hostile
from tests.support.byte_server import ByteServer, Request
from tests.support.example import NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL

ROUNDS = int(os.environ.get("METAPIXEL_HOSTILE", "400"))
SEED = os.environ.get("METAPIXEL_SEED", "20261129")
PATIENCE = Patience(
    timeout=0.4,
    read_attempts=2,
    outage=0,
    write_attempts=2,
    first_pause=0.001,
    longest_pause=0.01,
    limit_wait=0.2,
    reads=1,
)
#: Seconds that a loaded machine may add to an operation.
LOADED = 10.0
#: Longest error: an action, what was said, an advice and a reference.
LONGEST = 1000

CREDENTIALS = [
    Credentials("owner-token"),
    Credentials("harbour-token"),
    Credentials("secured-token", "example-app-secret"),
]

#: Methods and fields that are ids by another name.
IDS = ("share", "ad_accounts")


def written(write: Write, client: Client) -> object:
    return Meta(client).write(write)


def many_reads(client: Client) -> object:
    """The errors of a batch that is too large for one request, the first raised."""
    answers = client.get_many([Call("GET", PIXEL, {"fields": f"id,{n}"}) for n in range(60)])
    for answer in answers:
        if answer.error is not None:
            raise answer.error
    return None


TASKS = [Task.ANALYZE, Task.EDIT]
REQUEST = "2400000000000001"
WRITES = {
    "share": writes.share(PIXEL, NORTHLIGHT, TASKS),
    "unshare": writes.unshare(PIXEL, NORTHLIGHT),
    "permit": writes.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT),
    "withdraw": writes.withdraw(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT),
    "answer": writes.answer(REQUEST, RequestStatus.APPROVE, NORTHLIGHT),
}
OPERATIONS: dict[str, Callable[[Client], object]] = {
    "pixel": lambda client: Meta(client).pixel(PIXEL),
    "agency": lambda client: Meta(client).agency(PIXEL, NORTHLIGHT),
    "permits": lambda client: Meta(client).permits(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT),
    "request": lambda client: Meta(client).request(REQUEST),
    "requests": lambda client: Meta(client).requests(RECEIVED, NORTHLIGHT),
    "tasks_of": lambda client: Meta(client).tasks_of(NORTHLIGHT, PIXEL),
    "business_name": lambda client: Meta(client).business_name(NORTHLIGHT),
    "estate": lambda client: read_estate(client, OWNER, also=[NORTHLIGHT]),
    "remains": lambda client: read_remains(client, OWNER, [NORTHLIGHT]),
    "many reads": many_reads,
    **{name: partial(written, write) for name, write in WRITES.items()},
}


def secrets_of(credentials: Credentials) -> list[str]:
    found = (credentials.access_token, credentials.app_secret, credentials.proof())
    return list(filter(None, found))


def faults_in(sentence: str, told: str, credentials: Credentials) -> Iterator[str]:
    """What is wrong with the sentence of an error; `told` is all that the error contains."""
    if not sentence.isprintable():
        yield f"not printable: {sentence!a}"
    if len(sentence) > LONGEST:
        yield f"{len(sentence)} characters"
    for secret in secrets_of(credentials):
        if secret in unquote(told):
            yield f"{secret} in {told}"


def texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    """Every text in what an operation returned, and where it stands."""
    if isinstance(value, str) and not isinstance(value, Enum):
        yield where, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(key, "id")
            yield from texts(inner, where)
    elif dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            yield from texts(getattr(value, each.name), each.name)
    elif isinstance(value, Iterable):
        for inner in value:
            yield from texts(inner, where)


def is_clean(where: str, text: str) -> bool:
    """A name, or a task, is a short line; an id is digits."""
    if where.endswith("id") or where in IDS:
        return not text or re.fullmatch("[0-9]{1,32}", text) is not None
    return text.isprintable() and len(text) <= 300


class Middle:
    """Stands between a client and the simulator, and spoils about every second answer."""

    def __init__(self, sim: Simulator) -> None:
        self.sim = sim
        self.session = requests.Session()
        self.chance = random.Random(SEED)
        self.server = ByteServer(self.answer)
        self.credentials = CREDENTIALS[0]
        self.spoilt = 0

    def answer(self, request: Request) -> Iterable[bytes]:
        head = dict(line.split(": ", 1) for line in request.head.split("\r\n")[1:])
        names = ("Authorization", "Content-Type")
        kept: dict[str, str | bytes | None] = {each: head[each] for each in names if each in head}
        url = f"{self.sim.url}{request.target}"
        found = self.session.request(request.method, url, data=request.body, headers=kept)
        true = Answer(found.status_code, (), found.content)
        if self.chance.random() < 0.4:
            return [true.sent()]
        self.spoilt += 1
        secrets = secrets_of(self.credentials)
        return Hostile(self.chance, secrets).spoilt(true)

    def round(self, number: int) -> tuple[str, list[str], bool]:
        """An operation and what is wrong with how it ended; whether it was with an error."""
        self.sim.reset()
        self.sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "UPLOAD"])
        self.chance.seed(f"{SEED}/{number}")
        self.server.requests.clear()
        name = self.chance.choice(list(OPERATIONS))
        self.credentials = self.chance.choice(CREDENTIALS)
        client = Client(self.credentials, self.server.url, patience=PATIENCE)
        began, failed = time.monotonic(), False
        try:
            value = OPERATIONS[name](client)
            wrong: list[str] = []
            for where, text in texts(value, name):
                if where == "reason":
                    wrong += faults_in(text, text, self.credentials)
                elif not is_clean(where, text):
                    wrong.append(f"returned {ascii((where, text))[:500]}")
        except GraphError as error:
            told = f"{error} {error!r}"
            wrong, failed = list(faults_in(str(error), told, self.credentials)), True
        except Exception:  # noqa: BLE001
            wrong = [traceback.format_exc()]
        took = time.monotonic() - began
        if took > LOADED + 2 * len(self.server.requests) * PATIENCE.timeout:
            wrong.append(f"took {took:.1f} s")
        return name, wrong, failed


@pytest.fixture(scope="module")
def middle() -> Iterator[Middle]:
    with Simulator(World.example()) as sim:
        between = Middle(sim)
        with between.server, between.session:
            yield between


@pytest.mark.usefixtures("no_collection_of_garbage")
def test_every_operation_ends_with_a_value_or_a_clean_error(
    middle: Middle, caplog: pytest.LogCaptureFixture
) -> None:
    errors = 0
    print(f"METAPIXEL_SEED={SEED}")
    for number in range(ROUNDS):
        name, wrong, failed = middle.round(number)
        assert not wrong, f"round {number}, {name}: {wrong[0]}"
        errors += failed
    logged = [record for record in caplog.records if record.exc_info or record.args]
    assert not logged, logged[0].getMessage()
    print(f"{middle.spoilt} hostile answers: {ROUNDS - errors} values, {errors} errors")
