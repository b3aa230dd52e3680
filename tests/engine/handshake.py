"""Previews of a program whose shares are in every status, from the real engine.

`python -m tests.engine.handshake` records them again in tests/cli/review/previews.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from metapixel_simulator import AdAccount, Business, Pixel, Simulator, World
from tests.cli.review import previews
from tests.support.example import NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL, PIXEL_2, PIXEL_3
from tests.support.programs import Code, permission, program, share
from tests.support.stack import Stack
from tests.support.worlds import owner_and_agencies


@dataclass(frozen=True)
class Agency:
    """An agency with an ad account, and its answer to the request."""

    answer: str
    id: str
    account: str


#: The agency of each share, by the status of the share.
AGENCIES = {
    "ACTIVE": Agency("APPROVE", "5000000000000005", "600000000000005"),
    "PENDING": Agency("PENDING", "5000000000000000", "600000000000000"),
    "DECLINED": Agency("DECLINE", "5000000000000007", "600000000000007"),
    "EXPIRED": Agency("EXPIRED", "5000000000000009", "600000000000009"),
    "CANCELED": Agency("CANCELED", "5000000000000011", "600000000000011"),
    "UNCONFIRMED": Agency("MMA_DIRECT_ASSETS_APPROVED", "5000000000000006", "600000000000006"),
}
_READ = ("preludeEvent", "resourcePreEvent", "summaryEvent")


def declared(*tasks: str, suffix: str = "", renamed: str = "", **inputs: str) -> str:
    """A program with a share for each status, and a permission on it.

    The shares have these tasks and inputs; `renamed` are the names of renamed statuses.
    """
    given = {"reason": "Spring campaign", **inputs}
    statements = []
    for status, agency in AGENCIES.items():
        chosen = tasks or ("ANALYZE", "ADVERTISE")
        if status == "UNCONFIRMED" and not tasks:
            chosen = ("ADVERTISE",)
        name = status.lower()
        named = name + suffix if status in renamed else name
        account = (f"{name}-account", PIXEL, agency.id, agency.account)
        statements += [
            share(named, PIXEL, agency.id, *chosen, **given),
            permission(*account, credentials="agencies"),
        ]
    return program(*statements)


SCENARIOS = {
    "unchanged": declared(),
    "reworded": declared(reason="Summer campaign"),
    "more tasks": declared("ANALYZE", "ADVERTISE", "UPLOAD", reason="Summer campaign"),
    "fewer tasks": declared("ADVERTISE"),
    "asked again": declared(resend="2"),
    "removed": program(),
    "renamed": declared(suffix="-renamed", renamed="ACTIVE PENDING DECLINED"),
    "renamed with other tasks": declared("UPLOAD", suffix="-renamed", renamed="ACTIVE PENDING"),
}


#: A refresh that finds that the agency whose request was open has accepted it.
ACCEPTED = "accepted meanwhile"


#: An unchanged program, in which the agency of one share is secret.
SECRET_ID = "secret id"
#: A refresh after somebody gave a task and ended a share by hand.
BY_HAND = "changed by hand"


def recorded(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The preview of each scenario, from new stacks in a folder."""
    yield from _of_every_status(folder / "statuses")
    yield from _of_active_shares(folder / "active")


def _of_active_shares(folder: Path) -> Iterator[tuple[str, bytes]]:
    secret = Code(f"pulumi.Output.secret({NORTHLIGHT!r})")
    access = {"credentials": "northlight", "opts": "depends_on=[web, outlet]"}
    with Simulator(World.example()) as simulator:
        stack = Stack(
            folder,
            program(
                share("web", PIXEL, NORTHLIGHT),
                share("shop", PIXEL_2, NORTHLIGHT).replace("'shop'", "'summer::shop'"),
                share("outlet", PIXEL_3, secret),
                permission("web-account", PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT, **access),
                permission("outlet-account", PIXEL_3, secret, NORTHLIGHT_ACCOUNT, **access),
            ),
            config={"metapixel:graphUrl": simulator.url},
            environment={
                "META_ACCESS_TOKEN": "owner-token",
                "META_ACCESS_TOKEN_NORTHLIGHT": "northlight-token",
                "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1",
            },
        )
        stack.up("--parallel", "1")
        yield SECRET_ID, _previewed(stack)
        simulator.share(PIXEL, NORTHLIGHT, ["ANALYZE", "UPLOAD"])
        simulator.unshare(PIXEL_2, NORTHLIGHT)
        yield BY_HAND, _previewed(stack, "--refresh")


def _of_every_status(folder: Path) -> Iterator[tuple[str, bytes]]:
    world = owner_and_agencies("1", [agency.id for agency in AGENCIES.values()])
    world.add(Pixel(PIXEL, "Web", owner="1"))
    for agency in AGENCIES.values():
        world.add(Business(agency.id, f"Agency {agency.answer}"))
        world.add(AdAccount(agency.account, agency.answer, owner=agency.id))
    with Simulator(world) as simulator:
        tokens = {
            "META_ACCESS_TOKEN": "owner-token",
            "META_ACCESS_TOKEN_AGENCIES": "agencies-token",
            "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1",
        }
        stack = Stack(
            folder,
            declared("ANALYZE", "ADVERTISE"),
            config={"metapixel:graphUrl": simulator.url},
            environment=tokens,
        )
        # One at a time, so that the requests have the same ids in each recording.
        stack.up("--parallel", "1")
        requests = {request.agency: request.id for request in simulator.open_requests()}
        for agency in AGENCIES.values():
            if agency.answer != "PENDING":
                simulator.answer(requests[agency.id], agency.answer)
        stack.refresh()
        # Meta keeps a task that the program revokes, so the share is not confirmed.
        simulator.set(repeat_share="union")
        stack.write(declared())
        stack.pulumi("up", "--yes", "--skip-preview", "--target", stack.urn("unconfirmed"))
        for name, text in SCENARIOS.items():
            stack.write(text)
            yield name, _previewed(stack)
        stack.write(declared())
        simulator.answer(requests[AGENCIES["PENDING"].id], "APPROVE")
        yield ACCEPTED, _previewed(stack, "--refresh")


def _previewed(stack: Stack, *arguments: str) -> bytes:
    events = map(json.loads, stack.answer("preview", "--json", *arguments).splitlines())
    return "".join(json.dumps(event) + "\n" for event in events if _is_read(event)).encode()


def _is_read(event: dict[str, dict[str, object]]) -> bool:
    """Return False for an event that makes a recording larger and changes no review."""
    if "resOutputsEvent" in event:
        metadata = event["resOutputsEvent"]["metadata"]
        return isinstance(metadata, dict) and metadata["op"] == "refresh"
    if "diagnosticEvent" in event:
        return event["diagnosticEvent"]["severity"] != "debug"
    return any(kind in event for kind in _READ)


def main() -> None:
    """Record the previews."""
    with TemporaryDirectory() as folder:
        for name, data in recorded(Path(folder)):
            previews.path(name).write_bytes(data)
            sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
