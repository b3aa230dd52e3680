"""A world in which an agency is out, what gives it access, and `metapixel offboarding` in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from click.testing import CliRunner, Result

from metapixel_cli.commands import metapixel
from metapixel_simulator import (
    AccountAssignment,
    AdAccount,
    App,
    Assignment,
    Business,
    Invitation,
    Permission,
    Pixel,
    Relationship,
    Share,
    SharingRequest,
    Simulator,
    Token,
    User,
    World,
)
from metapixel_simulator.things import Thing

OWNER, AGENCY, CURRENT = "100", "200", "201"
WEB, ACCOUNT = "300", "400"
#: An ad account of the agency, and one of the current agency.
FORMER_ADS, CURRENT_ADS = "700", "701"
#: A person and a system user of the agency, and a person of the current agency.
PERSON, SYSTEM_USER, OTHER = "21", "22", "23"
DOMAIN = "agency.example"
_SCOPES = ("business_management", "ads_management", "ads_read")
#: An access file in which the access of the former agency has ended.
ACCESS = """\
version: 1
owner: "100"
pixels: {web: "300"}
agencies:
  former: {business: "200", contact: c, reason: r, expires_on: 2026-11-30, access: {web: [ANALYZE]}}
  current: {business: "201", contact: c, reason: r, access: {web: [ANALYZE, ADVERTISE]}}
"""
PROFILE = """\
version: 1
switches:
  foreign_lists: {verdict: same, answer: listed, seen: the list had the ad account}
"""
CODES = {"OUT": 0, "NOT OUT": 3, "NOT KNOWN": 4}


def world(*things: Thing) -> World:
    """Return a world in which the agency is out, with these things too."""
    return World(
        App("9", "Reports"),
        Business(OWNER, "Acme"),
        Business(AGENCY, "Former agency"),
        Business(CURRENT, "Current agency"),
        User("11", "Acme reports", {OWNER: "ADMIN"}, system=True),
        User("12", "Both agencies", {AGENCY: "ADMIN", CURRENT: "ADMIN"}, system=True),
        User("13", "Ann", {OWNER: "ADMIN"}, "ann@acme.example"),
        User(PERSON, "Pat", {AGENCY: "EMPLOYEE"}),
        User(SYSTEM_USER, "Robot", {AGENCY: "ADMIN"}, system=True),
        User(OTHER, "Olga", {CURRENT: "EMPLOYEE"}),
        Token("owner-token", "11", "9", _SCOPES),
        Token("agency-token", "12", "9", _SCOPES),
        Pixel(WEB, "Web", OWNER),
        AdAccount(ACCOUNT, "Acme ads", OWNER),
        AdAccount(FORMER_ADS, "Former ads", AGENCY),
        AdAccount(CURRENT_ADS, "Current ads", CURRENT),
        Relationship(OWNER, CURRENT),
        Share(WEB, CURRENT, ("ANALYZE", "ADVERTISE")),
        Permission(WEB, CURRENT, CURRENT_ADS),
        Permission(WEB, OWNER, ACCOUNT),
        *things,
    )


#: Each route alone: the things that give it. A key begins with the edge that lists the route.
ROUTES: Mapping[str, tuple[Thing, ...]] = {
    "Business/initiated_sharing_agreements": (
        SharingRequest("2400", OWNER, AGENCY, {WEB: ("ANALYZE",)}),
    ),
    "AdsPixel/shared_accounts": (
        Share(WEB, AGENCY, ("ANALYZE",)),
        Permission(WEB, AGENCY, FORMER_ADS),
    ),
    "AdsPixel/shared_accounts without a share": (Permission(WEB, AGENCY, FORMER_ADS),),
    "AdsPixel/shared_accounts through another agency": (Permission(WEB, CURRENT, FORMER_ADS),),
    "AdsPixel/shared_accounts through the owner": (Permission(WEB, OWNER, FORMER_ADS),),
    "AdsPixel/agencies": (Share(WEB, AGENCY, ("ANALYZE",)),),
    "AdsPixel/assigned_users": (Assignment(WEB, PERSON, ("ANALYZE",)),),
    "AdsPixel/assigned_users, a system user": (Assignment(WEB, SYSTEM_USER, ("UPLOAD",)),),
    "AdAccount/agencies": (AdAccount(ACCOUNT, "Acme ads", OWNER, (AGENCY,)),),
    "AdAccount/assigned_users": (AccountAssignment(ACCOUNT, PERSON),),
    "Business/business_users": (User("31", "Bo", {OWNER: "EMPLOYEE"}, f"bo@{DOMAIN}"),),
    "Business/pending_users": (Invitation("41", OWNER, f"Bo@Mail.{DOMAIN.upper()}"),),
}
ABOUT = ("--business", OWNER, "--agency", AGENCY, "--domain", DOMAIN.upper())


@dataclass
class Offboarding:
    """`metapixel offboarding` in a folder, against a simulator."""

    sim: Simulator
    folder: Path

    @property
    def output(self) -> Path:
        return self.folder / "out.json"

    @property
    def proof(self) -> tuple[str, str]:
        """The option that names a profile with the proof."""
        return "--profile", str(self.write("profile.yaml", PROFILE))

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def run(self, *more: str | Path, about: Sequence[str] = ABOUT, file: str = ACCESS) -> Result:
        named = ["--access-file", str(self.write("access.yaml", file))] if file else []
        line = ["offboarding", *about, "--graph-url", self.sim.url, *named, *map(str, more)]
        return CliRunner(env={"META_ACCESS_TOKEN": "owner-token"}).invoke(metapixel, line)

    def judged(self, *more: str | Path) -> dict[str, Any]:
        """Return the evidence, after a comparison with the exit code and with the text."""
        result = self.run("--output", self.output, "--force", *more)
        document: dict[str, Any] = json.loads(self.output.read_text())
        assert result.exit_code == CODES[document["verdict"]], result.output
        assert document["headline"] == result.stdout.splitlines()[0]
        assert document["headline"].startswith(document["verdict"])
        assert "@" not in self.output.read_text()
        return document

    def end(self, remaining: Mapping[str, Any]) -> None:
        """End a remaining access as its ending says."""
        method, _, path = remaining["ending"].partition(" ")
        if method == "DELETE":
            token = "owner-token" if remaining["by"] == "an admin of Acme (100)" else "agency-token"
            headers = {"Authorization": f"Bearer {token}"}
            answer = requests.delete(f"{self.sim.url}{path}", headers=headers, timeout=9)
            assert answer.json() == {"success": True}
            return
        subject, world = remaining["subject"], self.sim.world
        by_hand: dict[str, Callable[[], object]] = {
            "Requests > Sent": lambda: self.sim.answer(subject, "canceled"),
            "Datasets > Web > Connected assets": lambda: self.sim.withdraw(WEB, AGENCY, subject),
            "Datasets > Web > People": lambda: world.assignments.pop((WEB, subject)),
            "People": lambda: world.users.pop(subject, None) or world.invitations.pop(subject),
        }
        by_hand[remaining["ending"].removeprefix("Business Settings > ")]()
