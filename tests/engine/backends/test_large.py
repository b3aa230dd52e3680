"""A state of 1000 shares. With `-s`, pytest prints its size and the times."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest

from bench import workload
from metapixel_simulator import Simulator
from tests.support.backends.backend import Backend
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows

pytestmark = [
    pytest.mark.engine,
    pytest.mark.rest,
    pytest.mark.parametrize("backend", ["postgres", "s3"], indirect=True),
]

SHARES = 1000
LARGE = ["--parallel 200", "PULUMI_SKIP_CHECKPOINTS=1"]
COMPRESSED = "PULUMI_DIY_BACKEND_GZIP=1"


@follows("pulumi up", "pulumi preview", *LARGE, COMPRESSED)
def test_a_thousand_shares_are_stored_compressed_and_read_back(
    backend: Backend, tmp_path: Path
) -> None:
    with Simulator(workload.world(workload.pixels_for(SHARES))) as sim:
        terminal = Terminal.of(
            Stack(
                tmp_path,
                workload.shares(SHARES),
                config={"metapixel:graphUrl": sim.url},
                environment={
                    "META_ACCESS_TOKEN": workload.TOKEN,
                    "PULUMI_BACKEND_URL": backend.url,
                    **backend.writer,
                },
            )
        )
        begin = time.monotonic()
        terminal.type("pulumi up", options=[*LARGE, COMPRESSED])
        applied = time.monotonic()
        terminal.type("pulumi preview", more=["--expect-no-changes"])
        previewed = time.monotonic()

        assert len(sim.shares()) == SHARES
    stored = backend.stored()
    (state,) = (stored[name] for name in stored if name.endswith("stacks/project/test.json.gz"))
    plain = gzip.decompress(state)
    assert plain.count(b'"status":"ACTIVE"') == SHARES
    print(
        f"\n{backend.url.partition(':')[0]}: up {applied - begin:.1f} s,"
        f" preview {previewed - applied:.1f} s; state {len(plain)} bytes, compressed {len(state)};"
        f" everything stored {sum(map(len, stored.values()))}"
    )
