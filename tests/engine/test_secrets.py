"""No token, app secret or proof shows anywhere, whatever goes wrong and however much is logged."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from metapixel_simulator import App, Simulator, Token, World
from tests.engine.conftest import WITH_BOTH_ADAPTERS
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, OWNER, PIXEL
from tests.support.programs import permission, program, share, standing_response
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

OWNER_TOKEN = "EAAowner0canary1token2a3b4c5d6e7f"
HARBOUR_TOKEN = "EAAharbour9canary8token7f6e5d4c3b"
DEAD_TOKEN = "EAAdead5canary5token5ffffffffffff"
APP_SECRET = "0canary0app0secret0cafe0babe0feed"
EVERYTHING_LOGGED = ("-v=9", "--logtostderr", "--logflow")


def estate() -> str:
    """One share that stands at once, one that waits, its acceptance, and an ad account on it."""
    return program(
        share("active", PIXEL, NORTHLIGHT),
        share("waiting", PIXEL, HARBOUR),
        standing_response(
            "answer", OWNER, HARBOUR, opts="depends_on=[waiting]", credentials="harbour"
        ),
        permission(
            "account",
            PIXEL,
            HARBOUR,
            HARBOUR_ACCOUNT,
            credentials="harbour",
            opts="depends_on=[answer]",
        ),
    )


def proof(token: str) -> str:
    return hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()


CANARIES = {
    "owner token": OWNER_TOKEN,
    "harbour token": HARBOUR_TOKEN,
    "dead token": DEAD_TOKEN,
    "app secret": APP_SECRET,
    "owner proof": proof(OWNER_TOKEN),
    "harbour proof": proof(HARBOUR_TOKEN),
    "dead proof": proof(DEAD_TOKEN),
}


@pytest.fixture
def guarded() -> Iterator[Simulator]:
    """A world whose tokens are canaries and whose app wants a proof for every call."""
    world = World.example()
    app = App("700100200300499", "Canary", secret=APP_SECRET)
    owner, harbour = world.tokens["owner-token"], world.tokens["harbour-token"]
    world.add(
        app,
        Token(OWNER_TOKEN, owner.user, app.id, owner.scopes),
        Token(HARBOUR_TOKEN, harbour.user, app.id, harbour.scopes),
        Token(DEAD_TOKEN, owner.user, app.id, owner.scopes, state="password_changed"),
    )
    with Simulator(world) as simulator:
        simulator.set(require_appsecret_proof=True)
        yield simulator


class Search:
    """What was looked through, and whether a secret was in it."""

    def __init__(self, stack: Stack, sim: Simulator) -> None:
        self.stack = stack
        self.sim = sim
        self.size = 0

    def text(self, where: str, text: str) -> None:
        self.size += len(text.encode())
        found = [name for name, canary in CANARIES.items() if canary in text]
        assert not found, f"{where} shows {', '.join(found)}"

    def command(self, *arguments: str, ok: bool = True) -> None:
        """Runs a command with everything logged, and searches all it left."""
        run = self.stack.run(*EVERYTHING_LOGGED, *arguments)
        self.text(f"pulumi {arguments[0]}", run.output)
        assert (run.code == 0) is ok, run.output[-3000:]
        self.everything_left()

    def everything_left(self) -> None:
        for path in self.stack.home.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                self.text(str(path), path.read_bytes().decode(errors="replace"))
        self.text("the state", self.stack.export())
        self.text("the URLs", "\n".join(self.sim.raw_urls))


def every_operation(search: Search) -> None:
    stack, sim = search.stack, search.sim
    yes = ("--yes", "--skip-preview")
    search.command("preview", "--diff")
    search.command("up", *yes)

    stack.write(estate().replace("'ANALYZE'", "'ANALYZE', 'UPLOAD'"))
    sim.fault("POST agencies", kind="reset", when="after")
    search.command("up", *yes)
    stack.write(estate().replace("'ANALYZE'", "'UPLOAD'"))
    told = f"Malformed token {OWNER_TOKEN}, {proof(OWNER_TOKEN)}, {APP_SECRET}"
    sim.fault("POST agencies", kind="graph_error", code=190, message=told)
    search.command("up", *yes, ok=False)
    search.command("refresh", *yes, "--run-program")
    search.command("destroy", *yes)
    search.text("the history", stack.pulumi("stack", "history", "--json").output)


@WITH_BOTH_ADAPTERS
def test_secrets_of_the_environment_show_nowhere(
    native: bool, stack: Callable[..., Stack], guarded: Simulator
) -> None:
    made = stack(
        estate(),
        native=native,
        config={"metapixel:graphUrl": guarded.url},
        environment={
            "META_ACCESS_TOKEN": OWNER_TOKEN,
            "META_APP_SECRET": APP_SECRET,
            "META_ACCESS_TOKEN_HARBOUR": HARBOUR_TOKEN,
            "META_APP_SECRET_HARBOUR": APP_SECRET,
        },
    )
    trace = made.home / "calls.jsonl"
    made.environment["METAPIXEL_TRACE"] = str(trace)
    search = Search(made, guarded)

    every_operation(search)

    assert trace.stat().st_mode & 0o777 == 0o600
    traced = Counter(json.loads(line)["method"] for line in trace.read_text().splitlines())
    calls = [each for each in guarded.requests if each.endpoint != "POST batch"]
    assert traced >= Counter(each.method for each in calls)

    made.environment["META_ACCESS_TOKEN"] = DEAD_TOKEN
    search.command("up", "--yes", "--skip-preview", ok=False)
    assert search.size > 1_000_000


def test_secrets_of_the_configuration_show_nowhere_in_plain_text(
    tmp_path: Path, guarded: Simulator
) -> None:
    made = Stack(
        tmp_path / "test",
        estate(),
        config={"metapixel:graphUrl": guarded.url},
        secrets={
            "metapixel:accessToken": OWNER_TOKEN,
            "metapixel:appSecret": APP_SECRET,
            "metapixel:credentials.harbour.accessToken": HARBOUR_TOKEN,
            "metapixel:credentials.harbour.appSecret": APP_SECRET,
        },
    )
    search = Search(made, guarded)

    search.command("up", "--yes", "--skip-preview", "--debug")
    search.command("preview", "--diff", "--json", "--save-plan=plan.json")
    assert list(made.home.rglob("plan.json"))
    for resource in json.loads(made.export())["deployment"]["resources"]:
        if ":dynamic/metapixel:" in resource["type"]:
            assert "ciphertext" not in json.dumps(resource)
    search.command("destroy", "--yes", "--skip-preview", "--debug")
