"""The lines about what a state holds, and those for large stacks."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import workload
from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry
from tests.support.example import NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.support.programs import Code, permission, program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine

REMOVE = "pulumi state delete URN"
URNS = "pulumi stack --show-urns"


@follows(REMOVE, URNS, after=["remove the {} from the state with"])
def test_a_share_ends_after_its_permission_was_removed_from_the_state_as_the_error_says(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    """The owner's program has the permission of an agency, for example after an import."""
    owners = share("shop", PIXEL, NORTHLIGHT, "ADVERTISE", credentials="owner")
    account = permission("ours", PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT, opts="depends_on=[shop]")
    made = stack(program(owners, account))
    made.environment |= {
        "META_ACCESS_TOKEN": "northlight-token",
        "META_ACCESS_TOKEN_OWNER": "owner-token",
    }
    made.up()
    made.environment["META_ACCESS_TOKEN"] = "owner-token"
    made.write(program())
    terminal = Terminal.of(made)
    refused = terminal.type("pulumi up", ok=False)
    assert f"only a token of an admin of business {NORTHLIGHT} can withdraw" in refused.output
    assert len(sim.shares()) == 1

    urn = made.urn("ours")
    assert urn in terminal.type(URNS).output
    terminal.type(REMOVE, URN=urn)
    terminal.type("pulumi up")

    assert made.resources() == {}
    assert sim.shares() == {}


EXPORT = "pulumi stack export --stack NAME --file state.json"
TO_OTHER = ("pulumi login URL", "pulumi stack init NAME")
IMPORT = "pulumi stack import --stack NAME --file state.json"
PREVIEW = "pulumi preview --stack NAME"
LEAVE = "PULUMI_BACKEND_URL=FORMER pulumi stack rm NAME --force --preserve-config"


@follows(EXPORT, *TO_OTHER, IMPORT, PREVIEW, LEAVE)
def test_a_stack_with_secrets_moves_to_another_backend_without_a_call_to_meta(
    stack: Callable[..., Stack], sim: Simulator, tmp_path: Path
) -> None:
    reason = Code("pulumi.Output.secret('contract 4711')")
    made = stack(program(share("one", PIXEL, NORTHLIGHT, reason=reason)), passphrase=True)
    made.up()
    sim.clear_requests()
    terminal = Terminal.of(made)
    former = f"file://{tmp_path / 'test' / 'backend'}"
    (other := tmp_path / "other").mkdir()
    del terminal.environment["PULUMI_BACKEND_URL"]
    terminal.type("pulumi login URL", URL=former)

    terminal.type(EXPORT, NAME=made.name)
    for line in TO_OTHER:
        terminal.type(line, NAME=made.name, URL=f"file://{other}")
    terminal.type(IMPORT, NAME=made.name)
    assert "Resources: 2 unchanged" in terminal.type(PREVIEW, NAME=made.name).text
    terminal.type(LEAVE, NAME=made.name, FORMER=former)

    made.environment["PULUMI_BACKEND_URL"] = f"file://{other}"
    terminal.type("pulumi up")
    assert sim.requests == []
    assert list(other.rglob("test.json"))
    assert not list((tmp_path / "test" / "backend").rglob("test.json"))


@follows("pulumi refresh", after=["in the state has no"])
def test_a_refresh_repairs_a_record_from_which_somebody_removed_the_status(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("one", PIXEL, NORTHLIGHT)))
    made.up()
    edited = made.project / "edited.json"
    edited.write_text(re.sub(r',\s*"status": "ACTIVE"', "", made.export()))
    made.pulumi("stack", "import", f"--file={edited}")
    terminal = Terminal.of(made)

    told = terminal.type("pulumi up", ok=False).output
    assert f"The record of {PIXEL}/{NORTHLIGHT} in the state has no `status`; run" in told
    terminal.type("pulumi refresh")

    made.expect_no_changes()
    assert sim.count("POST agencies") == 1


@follows("pulumi import TYPE NAME ID")
@follows("pulumi up", after=["remove `import_`, and `pulumi up` adopts"])
def test_what_exists_is_adopted_as_pulumi_cannot_import_it(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    key = f"{PIXEL}/{NORTHLIGHT}"
    made = stack(program(share("one", PIXEL, NORTHLIGHT, opts=f"import_='{key}'")))
    terminal = Terminal.of(made)
    kind = "pulumi-python:dynamic/metapixel:PixelAgencyShare"
    terminal.type("pulumi import TYPE NAME ID", TYPE=kind, NAME="one", ID=key, ok=False)
    terminal.type("pulumi up", ok=False)

    made.write(program(share("one", PIXEL, NORTHLIGHT)))
    terminal.type("pulumi up")

    assert set(made.resources()) == {"one"}
    assert sim.count("POST agencies") == 0


LARGE = ["--parallel 200", "PULUMI_SKIP_CHECKPOINTS=1"]
COMPRESSED = "PULUMI_DIY_BACKEND_GZIP=1"
PIXELS = 4
SHARES = PIXELS * workload.AGENCIES_PER_PIXEL
#: More than Pulumi runs at once without an option.
AT_ONCE = 24
#: The seconds for which each request is held back, so that others join it.
HELD = 0.4


class InFlight:
    """A hook of the simulator, which counts the writes to an endpoint that are sent at once."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._request = threading.local()
        self._begun: list[float] = []

    def __call__(self, entry: Entry, phase: str) -> None:
        # One thread answers a request and all entries of its batch.
        if phase == "before" and not entry.batch:
            self._request.begun = time.monotonic()
            time.sleep(HELD)
        if phase == "before" and entry.endpoint == self._endpoint:
            self._begun.append(self._request.begun)

    @property
    def most(self) -> int:
        """The largest number of writes in requests that were in progress at the same time."""
        return max(
            sum(first <= each < first + HELD for each in self._begun) for first in self._begun
        )


@follows("pulumi up", "pulumi refresh", "pulumi destroy", *LARGE, COMPRESSED, "--parallel")
def test_large_stacks_make_many_calls_at_once_share_their_reads_and_record_everything(
    tmp_path: Path,
) -> None:
    with Simulator(workload.world(PIXELS)) as sim:
        made = Stack(
            tmp_path,
            workload.shares(SHARES),
            config={"metapixel:graphUrl": sim.url},
            environment={"META_ACCESS_TOKEN": workload.TOKEN},
        )
        terminal = Terminal.of(made)

        def calls_of(line: str) -> tuple[int, int]:
            """Run a line. Return its writes for each share, and its reads for each pixel."""
            sim.clear_requests()
            terminal.type(line, options=[*LARGE, COMPRESSED])
            entries = [entry for entry in sim.requests if entry.endpoint != "POST batch"]
            reads = sum(entry.method == "GET" for entry in entries)
            return (len(entries) - reads) // SHARES, reads // PIXELS

        sim.on_request = created = InFlight("POST agencies")
        writes, reads = calls_of("pulumi up")
        # The pixel, the list that proves the absence of the agencies, and a read that confirms each
        # batch of writes. On a busy machine, the writes of a pixel leave in several batches.
        assert (writes, reads) == (1, min(reads, workload.AGENCIES_PER_PIXEL // 2))
        assert created.most >= AT_ONCE
        assert len(made.resources()) == len(sim.shares()) == SHARES
        assert list(tmp_path.rglob("stacks/project/test.json.gz"))

        sim.on_request = None
        writes, reads = calls_of("pulumi refresh")
        assert (writes, reads) == (0, min(reads, 2))

        sim.on_request = ended = InFlight("DELETE agencies")
        writes, reads = calls_of("pulumi destroy")
        assert (writes, reads) == (1, min(reads, workload.AGENCIES_PER_PIXEL // 2))
        assert ended.most >= AT_ONCE
        assert (made.resources(), sim.shares()) == ({}, {})
