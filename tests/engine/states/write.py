"""Writes stack.json and world.yaml: a stack as an older version left it, and the Meta beside it.

Run it with the checkout of that version, and with `pulumi` on PATH:

    cd OLD_CHECKOUT && PYTHONPATH=. .venv/bin/python THIS_CHECKOUT/tests/engine/states/write.py NAME

| NAME | written by commit | the last one before |
|---|---|---|
| before_unconfirmed | ed8ba6b | the status UNCONFIRMED |
| before_folders | b729542 | one folder for each subject of the domain |
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import yaml

# The file beside this one: the old checkout, which `tests` is imported from, may have none.
from program import PERMISSIONS, RESPONSES, SHARES  # type: ignore[import-not-found]

from metapixel_simulator import (
    AdAccount,
    App,
    Business,
    Pixel,
    Relationship,
    Share,
    SharingRequest,
    Simulator,
    Token,
    User,
    World,
)
from tests.support.stack import Stack

HERE = Path(__file__).parent
OWNER = "1001"
SCOPES = ("business_management", "ads_management", "ads_read")
ENDED = {"declined": "DECLINE", "expired": "EXPIRED", "canceled": "CANCELED"}


def world() -> World:
    """The world before the first command; agencies of active shares have a relationship."""
    agencies = [agency for _, agency in SHARES.values()]
    agencies += [business for _, business, _ in PERMISSIONS.values()]
    agencies += [f"2{request[1:]}" for request, _ in RESPONSES.values() if request]
    built = World(
        App("5001", "Acme deploys"),
        Business(OWNER, "Acme Outdoor"),
        *(Business(each, f"Agency {each}") for each in agencies),
        *(Pixel(f"1{each[1:]}", f"Pixel 1{each[1:]}", OWNER) for each in agencies),
        User("6001", "Acme deploys", {OWNER: "ADMIN"}, system=True),
        User("6002", "Agencies deploy", dict.fromkeys(agencies, "ADMIN"), system=True),
        Token("owner-token", "6001", "5001", SCOPES),
        Token("agency-token", "6002", "5001", SCOPES),
    )
    for name, (_, agency) in SHARES.items():
        if name.startswith("active"):
            built.add(Relationship(OWNER, agency))
    for name, (pixel, business, account) in PERMISSIONS.items():
        built.add(AdAccount(account, f"Account {account}", business))
        if name != "waiting":
            built.add(Share(pixel, business, ("ADVERTISE",)))
    for request, _ in RESPONSES.values():
        if request:
            asked = SharingRequest(request, OWNER, f"2{request[1:]}")
            asked.pixels[f"1{request[1:]}"] = ("ANALYZE",)
            built.add(asked)
    return built


def main() -> None:
    with Simulator(world()) as sim, tempfile.TemporaryDirectory() as folder:
        stack = Stack(
            Path(folder),
            (HERE / "program.py").read_text(),
            config={"metapixel:graphUrl": sim.url},
            environment={
                "META_ACCESS_TOKEN": "owner-token",
                "META_ACCESS_TOKEN_AGENCY": "agency-token",
            },
        )
        stack.up("--exclude=**::*-unread")
        for name, status in ENDED.items():
            (request,) = (each for each in sim.open_requests() if SHARES[name][0] in each.pixels)
            sim.answer(request.id, status)
        stack.refresh(*(f"--target=**::{name}" for name in ENDED))
        sim.set(stale_reads=1000)
        stack.up("--target=**::*-unread")

        exported = json.loads(stack.export().replace(sim.url, "GRAPH_URL"))
        # Nothing in it is encrypted: another stack, with another salt, can import it.
        del exported["deployment"]["secrets_providers"]
        for resource in exported["deployment"]["resources"]:
            # Where the program stood on this machine.
            resource.pop("stackTrace", None)
            resource.pop("sourcePosition", None)
        written = HERE / sys.argv[1]
        written.mkdir(exist_ok=True)
        (written / "stack.json").write_text(json.dumps(exported, indent=1) + "\n")
        left = yaml.safe_load(sim.world.dump())
        left["switches"] = {"request_expiry": "never"}  # the fixture grows older than a request
        (written / "world.yaml").write_text(yaml.safe_dump(left, sort_keys=False))


if __name__ == "__main__":
    main()
