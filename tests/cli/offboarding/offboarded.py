"""A world in which an agency is out, and `metapixel offboarding` in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
#: A person and a system user of the agency.
PERSON, SYSTEM_USER = "21", "22"
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
probed_on: '2026-12-01'
api_version: v26.0
switches:
  foreign_lists: {verdict: same, answer: listed, seen: the list had the ad account}
"""


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
    "Business/pending_users": (Invitation("41", OWNER, f"Bo@Mail.{DOMAIN}"),),
}


ABOUT = ("--business", OWNER, "--agency", AGENCY, "--domain", DOMAIN)


@dataclass
class Offboarding:
    """`metapixel offboarding` in a folder, against a simulator."""

    sim: Simulator
    folder: Path
    environment: Mapping[str, str] = field(
        default_factory=lambda: {"META_ACCESS_TOKEN": "owner-token"}
    )

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
        return CliRunner(env=self.environment).invoke(metapixel, line)

    def judged(self, *more: str | Path) -> tuple[Result, dict[str, Any]]:
        """Return the result, and the evidence."""
        result = self.run("--output", self.output, "--force", *more)
        return result, json.loads(self.output.read_text())

    def end(self, remaining: Mapping[str, Any]) -> None:
        """End a remaining access as its ending says."""
        ending, sim = remaining["ending"], self.sim
        if ending["how"] == "call":
            method, path = ending["what"].split(" ")
            token = "owner-token" if "(100)" in ending["by"] else "agency-token"
            answer = requests.request(
                method, f"{sim.url}{path}", headers={"Authorization": f"Bearer {token}"}, timeout=9
            )
            assert answer.json() == {"success": True}
            return
        place = re.fullmatch(r"Business Settings > (.*)", ending["what"])
        assert place
        subject, world = remaining["subject"], sim.world
        by_hand: dict[str, Callable[[], object]] = {
            "Requests > Sent": lambda: sim.answer(subject, "canceled"),
            "Datasets > Web > Connected assets": lambda: sim.withdraw(WEB, AGENCY, subject),
            "Datasets > Web > People": lambda: world.assignments.pop((WEB, subject)),
            "People": lambda: world.users.pop(subject, None) or world.invitations.pop(subject),
        }
        by_hand[place[1]]()
