"""The resources under Pulumi's mocks, as its users test their programs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM_TESTS = """
import pulumi
from pulumi_metapixel import PixelAgencyShare

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return [f"{args.name}-id", args.inputs]

    def call(self, args):
        return {}

pulumi.runtime.set_mocks(Mocks())

def declare():
    return PixelAgencyShare("one", pixel_id="12", agency_business_id="34", permitted_tasks=["EDIT"])

@pulumi.runtime.test
def test_inputs_can_be_read():
    share = declare()
    def check(values):
        assert values == ["12", "fail", None]
    return pulumi.Output.all(share.pixel_id, share.on_existing, share.reason).apply(check)

def test_another_test_may_declare_the_same():
    declare()
"""


def test_programs_can_be_tested_with_mocks(tmp_path: Path) -> None:
    # In a process of its own, as mocks stay for the whole of it.
    (tmp_path / "test_program.py").write_text(PROGRAM_TESTS)

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True,
        text=True,
    )

    assert "2 passed" in run.stdout, run.stdout
