"""A world with a spare pixel, and `metapixel probe` on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from metapixel_cli.commands import metapixel
from metapixel_cli.probe.experiments import ASKED
from metapixel_cli.probe.journal import JOURNAL
from metapixel_simulator import Assignment, Simulator, World
from metapixel_simulator.answers import Dropped
from metapixel_simulator.graph_nodes import Nodes
from metapixel_simulator.nodes import Node
from metapixel_simulator.request_log import Entry
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, PIXEL_3

AGENCY, PIXEL, ACCOUNT = HARBOUR, PIXEL_3, HARBOUR_ACCOUNT
#: The end of the message that names writes which Meta does not list.
CHECK = f"that nothing is left for pixel {PIXEL}"
ENVIRONMENT = {"META_ACCESS_TOKEN": "owner-token", "META_ACCESS_TOKEN_AGENCY": "harbour-token"}
#: The questions that are answered in every run with both tokens, an ad account, an agency without
#: a relationship, and no faults.
ALWAYS = set(ASKED) - {"empty_edge", "unreadable_edge"}


def spare_pixel() -> World:
    """Return the example world without scopes for pages, with a user of the agency on the pixel."""
    world = World.example()
    world.add(Assignment(PIXEL, "122300000000001", ("ANALYZE",)))
    for token in world.tokens.values():
        token.scopes = ("business_management", "ads_management", "ads_read")
    return world


def is_call(entry: Entry) -> bool:
    return entry.endpoint != "POST batch"


def is_write(entry: Entry) -> bool:
    return is_call(entry) and entry.method != "GET"


@dataclass
class Probe:
    """`metapixel probe` in a folder, which is the working directory, against a simulator."""

    sim: Simulator
    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: ENVIRONMENT)

    @property
    def journal(self) -> Path:
        return self.folder / JOURNAL

    @property
    def profile(self) -> Path:
        return self.folder / "profile.yaml"

    def run(self, *more: str, both: bool = True, yes: bool = True, given: str = "") -> Result:
        with_agency = ["--agency-credentials", "agency", "--ad-account", ACCOUNT]
        options = [
            *("--pixel", PIXEL, "--agency", AGENCY, *(with_agency if both else [])),
            *("--graph-url", self.sim.url, "--pause", "0", "--force", *(["--yes"] if yes else [])),
            *("--profile", str(self.profile)),
            *more,
        ]
        return CliRunner(env=self.environment).invoke(metapixel, ["probe", *options], input=given)

    def at(
        self,
        number: int,
        action: Callable[[], object],
        which: Callable[[Entry], bool] = is_write,
        phase: str = "before",
    ) -> None:
        """Do something once, when the simulator gets a write, or another call, for the nth time."""
        seen = 0

        def on_request(entry: Entry, now: str) -> None:
            nonlocal seen
            seen += now == phase and which(entry)
            if seen == number:
                seen += 1
                action()

        self.sim.on_request = on_request

    def killed(self, number: int, has_effect: bool, *more: str, endpoint: str = "") -> Result:
        """Run the command, which loses Meta during a call. A killed one leaves the same."""

        def cut() -> None:
            self.sim.fault(None, kind="reset", times=-1)
            raise Dropped(reset=True)

        def counts(entry: Entry) -> bool:
            return is_call(entry) and endpoint in ("", entry.endpoint)

        self.at(number, cut, counts, "after" if has_effect else "before")
        result = self.run(*more)
        self.sim.on_request = None
        self.sim.clear_faults()
        return result

    @property
    def entries(self) -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = yaml.safe_load(self.profile.read_text())["switches"]
        return found

    @property
    def answers(self) -> dict[str, object]:
        return {name: each["answer"] for name, each in self.entries.items() if "answer" in each}

    def wrong(self) -> dict[str, object]:
        """Return the answers that differ from the simulator's switches."""
        actual = dict(self.sim.switches)
        return {
            name: answer
            for name, answer in self.answers.items()
            if answer != actual[name] or type(answer) is not type(actual[name])
        }

    def is_restored(self) -> bool:
        """Return whether only ended requests and the relationship are left of a probe."""
        return not left(self.sim) and not self.journal.exists()


def writes(probe: Probe) -> list[str]:
    return [each.endpoint for each in probe.sim.requests if is_write(each)]


def hide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Meta list no permission of a business without a share, even if the permission exists."""
    listed = Nodes.shared_accounts

    def read(nodes: Nodes, pixel: str, business: str | None) -> Sequence[Node]:
        found = listed(nodes, pixel, business)
        return found if (pixel, business) in nodes.sharing.world.shares else []

    monkeypatch.setattr(Nodes, "shared_accounts", read)


def left(sim: Simulator) -> set[str]:
    """Return the kinds of things that exist, or may exist later, on the spare pixel."""
    found = {
        "share": sim.shares(),
        "permission": sim.permissions(),
        "open request": sim.open_requests(),
        "waiting write": sim.sharing.approvals,
    }
    return {kind for kind, each in found.items() if each}
