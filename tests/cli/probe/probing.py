"""A world with a spare pixel, and `metapixel probe` on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from metapixel_cli.commands import metapixel
from metapixel_provider.graph.client import Patience
from metapixel_simulator import (
    AdAccount,
    App,
    Business,
    Pixel,
    Relationship,
    Simulator,
    Token,
    User,
    World,
)

OWNER, AGENCY, PIXEL, ACCOUNT = "100", "200", "500", "600"
#: The end of the message that names writes which Meta does not list.
CHECK = "that nothing is left for pixel 500"
_SCOPES = ("business_management", "ads_management", "ads_read")
ENVIRONMENT = {
    "META_ACCESS_TOKEN": "owner-token",
    "META_APP_SECRET": "the-secret",
    "META_ACCESS_TOKEN_AGENCY": "agency-token",
    "META_APP_SECRET_AGENCY": "the-secret",
}
#: The questions that are answered in every run with both tokens, an ad account, an agency without
#: a relationship, and no faults.
ALWAYS = frozenset(
    {
        "repeat_share",
        "repeat_pending",
        "delete_absent",
        "delete_while_pending",
        "pending_in_agencies",
        "unshare_drops_permissions",
        "admin_approval",
        "read_order",
        "stale_reads",
        "request_node",
        "ad_account_parameter",
        "require_appsecret_proof",
    }
)


def spare_pixel() -> World:
    """Return a world with an owner, a spare pixel, and an agency that never worked with it."""
    return World(
        App("9", "Deploys", secret="the-secret"),
        Business(OWNER, "Acme"),
        Business(AGENCY, "Agency"),
        User("11", "Acme deploys", {OWNER: "ADMIN"}, system=True),
        User("12", "Agency deploys", {AGENCY: "ADMIN"}, system=True),
        Token("owner-token", "11", "9", _SCOPES),
        Token("agency-token", "12", "9", _SCOPES),
        Pixel(PIXEL, "Spare", OWNER),
        AdAccount(ACCOUNT, "Agency ads", AGENCY),
        Business("300", "Another agency"),
        AdAccount("601", "Other ads", AGENCY),
    )


def related() -> World:
    """Return the same world with a relationship between the owner and the agency."""
    world = spare_pixel()
    world.add(Relationship(OWNER, AGENCY))
    return world


@dataclass
class Probe:
    """`metapixel probe` in a folder, against a simulator."""

    sim: Simulator
    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: ENVIRONMENT)

    @property
    def journal(self) -> Path:
        return self.folder / "probe.journal"

    @property
    def profile(self) -> Path:
        return self.folder / "profile.yaml"

    def arguments(self, *more: str, both: bool = True) -> list[str]:
        with_agency = ["--agency-credentials", "agency", "--ad-account", ACCOUNT]
        return [
            *("probe", "--pixel", PIXEL, "--agency", AGENCY, *(with_agency if both else [])),
            *("--graph-url", self.sim.url, "--pause", "0", "--force"),
            *("--journal", str(self.journal), "--profile", str(self.profile)),
            # The acts wait for replicas. A test of them names them.
            *(more if "acts" in more else ("--without", "acts", *more)),
        ]

    def run(self, *more: str, both: bool = True, yes: bool = True, given: str = "") -> Result:
        options = [*self.arguments(*more, both=both), *(["--yes"] if yes else [])]
        return CliRunner(env=self.environment).invoke(metapixel, options, input=given)

    @property
    def entries(self) -> dict[str, dict[str, object]]:
        entries: dict[str, dict[str, object]] = yaml.safe_load(self.profile.read_text())["switches"]
        return entries

    @property
    def acts(self) -> dict[str, dict[str, object]]:
        acts: dict[str, dict[str, object]] = yaml.safe_load(self.profile.read_text())["acts"]
        return acts

    @property
    def answers(self) -> dict[str, object]:
        return {name: each["answer"] for name, each in self.entries.items() if "answer" in each}

    def wrong(self) -> dict[str, object]:
        """Return the answers that differ from the simulator's switches."""
        actual = self.sim.switches.as_dict()
        return {
            name: answer
            for name, answer in self.answers.items()
            if answer != actual[name] or type(answer) is not type(actual[name])
        }

    def is_restored(self) -> bool:
        """Return whether only ended requests and the relationship are left of a probe."""
        with self.sim.moment() as world:
            left = [*world.shares, *world.permissions, *world.open_requests()]
            others = world.relationships - {(OWNER, AGENCY)}
            return not left and not others and not self.journal.exists()


def without_waits(monkeypatch: pytest.MonkeyPatch | None = None) -> None:
    """Let the provider wait neither for replicas nor between attempts."""
    original = Patience.__init__
    quick = {"first_read_pause": 0.0, "lag": 0.0, "first_pause": 0.01}
    (monkeypatch or pytest.MonkeyPatch()).setattr(
        Patience, "__init__", lambda self, **given: original(self, **{**given, **quick})
    )


def writes(probe: Probe) -> list[str]:
    """Return the endpoints of the writes so far."""
    return [
        each.endpoint
        for each in probe.sim.requests
        if each.method in ("POST", "DELETE") and each.endpoint != "POST batch"
    ]
