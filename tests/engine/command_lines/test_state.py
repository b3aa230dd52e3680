"""The lines about what a state holds, and those for large stacks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bench import workload
from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.support.in_flight import InFlight
from tests.support.programs import permission, program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows
from tools.stack import project_file

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
    assert f"admin of business {NORTHLIGHT}, which" in terminal.type("pulumi up", ok=False).output
    assert len(sim.shares()) == 1

    urn = made.urn("ours")
    assert urn in terminal.type(URNS).output
    terminal.type(REMOVE, URN=urn)
    terminal.type("pulumi up")

    assert made.resources() == {}
    assert sim.shares() == {}


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


@follows("pulumi install")
def test_a_missing_environment_is_made_as_the_language_host_says(
    stack: Callable[..., Stack], tmp_path: Path
) -> None:
    made = stack(program())
    (made.project / "Pulumi.yaml").write_text(project_file("project", Path("venv")))
    terminal = Terminal.of(made)
    assert "venv" in terminal.type("pulumi up", ok=False).output

    terminal.type("pulumi install")

    assert (made.project / "venv/bin/python").exists()


LARGE = ["--parallel 200", "PULUMI_SKIP_CHECKPOINTS=1"]


@follows("pulumi up", "pulumi refresh", "pulumi destroy", *LARGE, "--parallel")
def test_large_stacks_make_many_calls_at_once_and_record_everything(tmp_path: Path) -> None:
    shares, at_once = 40, 24
    with Simulator(workload.world(workload.pixels_for(shares))) as sim:
        made = Stack(
            tmp_path,
            workload.shares(shares),
            config={"metapixel:graphUrl": sim.url},
            environment={"META_ACCESS_TOKEN": workload.TOKEN},
        )
        terminal = Terminal.of(made)

        sim.on_request = created = InFlight("POST agencies")
        terminal.type("pulumi up", options=LARGE)
        assert created.most >= at_once
        assert len(made.resources()) == len(sim.shares()) == shares

        sim.clear_requests()
        terminal.type("pulumi refresh", options=LARGE)
        assert sim.count("GET agencies") <= workload.pixels_for(shares) * 2, "reads were not shared"

        sim.on_request = ended = InFlight("DELETE agencies")
        terminal.type("pulumi destroy", options=LARGE)
        assert ended.most >= at_once
        assert (made.resources(), sim.shares()) == ({}, {})
